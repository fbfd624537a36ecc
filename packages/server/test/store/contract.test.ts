import { describe, test } from 'node:test'
import { holdTo, listClauses } from './contract.ts'
import { openMemorySubject, openSqliteSubject } from './subjects.ts'

for (const [name, open, abilities] of [
  ['the memory store', openMemorySubject, ['break']],
  ['the SQLite store', openSqliteSubject, ['break', 'crash', 'keeps']],
] as const) {
  describe(name, () => {
    for (const clause of listClauses(abilities)) test(`${clause.promise}. ${clause.says}`, () => holdTo(clause, open))
  })
}
