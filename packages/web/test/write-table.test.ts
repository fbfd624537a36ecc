import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type TableRow, writeCsv, writeLines } from '../src/pages/create/write-table.ts'

const HEADER = ['Name', 'Link', 'Receipt'] as const
const aRow = (name: string): TableRow => ({ name, link: 'https://example.org/s#abc', receiptLink: 'https://example.org/receipt#def' })
const recordOf = (name: string) => writeCsv([aRow(name)], HEADER).split('Name,Link,Receipt\r\n')[1]

/** Read CSV as RFC 4180 has it, a character at a time. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (isQuoted && text.startsWith('""', at)) [cell, at] = [`${cell}"`, at + 1]
    else if (character === '"') isQuoted = !isQuoted
    else if (isQuoted) cell += character
    else if (character === ',') [record, cell] = [[...record, cell], '']
    else if (text.startsWith('\r\n', at)) {
      records.push([...record, cell])
      ;[record, cell, at] = [[], '', at + 1]
    } else cell += character
  }
  assert.deepEqual([record, cell, isQuoted], [[], '', false])
  return records
}

const isFormula = (cell: string) => /^ *[=+\-@＝＋－＠]|^[\t\r\n]/.test(cell)

describe('a table for spreadsheet programs', () => {
  test('begins with a byte order mark, and ends every record with CR and LF', () => {
    assert.equal(writeCsv([], HEADER), '\uFEFFName,Link,Receipt\r\n')
    assert.equal(
      writeCsv([aRow('Anna'), aRow('')], HEADER),
      '\uFEFFName,Link,Receipt\r\nAnna,https://example.org/s#abc,https://example.org/receipt#def\r\n,https://example.org/s#abc,https://example.org/receipt#def\r\n',
    )
  })

  test('quotes what would end a cell, and doubles quotes', () => {
    for (const [name, cell] of [
      ['Miller, Anna', '"Miller, Anna"'],
      ['a;b', '"a;b"'],
      ['the "boss"', '"the ""boss"""'],
      ['two\nlines', '"two\nlines"'],
      ['two\r\nlines', '"two\r\nlines"'],
      [' Anna ', '" Anna "'],
      ['パスワード 😀', 'パスワード 😀'],
    ] as const)
      assert.equal(recordOf(name), `${cell},https://example.org/s#abc,https://example.org/receipt#def\r\n`)
  })

  test('turns what would be a formula into text', () => {
    for (const [name, cell] of [
      ['=1+1', "'=1+1"],
      ['+49 30 1234', "'+49 30 1234"],
      ['-Anna', "'-Anna"],
      ['@sum', "'@sum"],
      ['\t=1', '"\'\t=1"'],
      ['\r=1', '"\'\r=1"'],
      ['\n=1', '"\'\n=1"'],
      ['  =1', "'  =1"],
      ['＝1', "'＝1"],
      ['=cmd|"/C calc"!A0', '"\'=cmd|""/C calc""!A0"'],
      ['a=1', 'a=1'],
      ["'=1", "'=1"],
    ] as const)
      assert.equal(recordOf(name), `${cell},https://example.org/s#abc,https://example.org/receipt#def\r\n`, name)
  })

  test('is read back as it was, whatever the names, and no cell of it is a formula', () => {
    const unit = fc.constantFrom(...Array.from('=+-@\t\r\n",; a'))
    const names = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit })))
    const isSafe = (write: typeof writeCsv) => {
      const found = fc.check(
        fc.property(names, (names) => {
          const [, ...records] = parseCsv(write(names.map(aRow), HEADER))
          const asText = (text: string | undefined) => text?.replace(/^'/, '')
          assert.deepEqual(
            records.map(([name]) => asText(name)),
            names.map(asText),
          )
          assert.equal(records.flat().some(isFormula), false)
        }),
      )
      return !found.failed
    }
    assert.equal(isSafe(writeCsv), true)
    // Controls: cells that are only quoted, and cells that are only made text.
    const writeWith =
      (writeCell: (text: string) => string): typeof writeCsv =>
      (rows) =>
        ['Name', ...rows.map(({ name }) => writeCell(name))].map((cell) => `${cell}\r\n`).join('')
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
    const makeText = (text: string) => (isFormula(text) ? `'${text}` : text)
    assert.equal(isSafe(writeWith(quote)), false)
    assert.equal(isSafe(writeWith(makeText)), false)
    assert.equal(isSafe(writeWith((text) => quote(makeText(text)))), true)
  })
})

describe('lines for a mail', () => {
  test('hold the name and the link, or the link alone, and never the receipt', () => {
    assert.equal(
      writeLines([aRow('Anna'), aRow(''), aRow(' \t'), aRow('  Tom ')]),
      'Anna: https://example.org/s#abc\nhttps://example.org/s#abc\nhttps://example.org/s#abc\nTom: https://example.org/s#abc',
    )
    assert.equal(writeLines([]), '')
  })

  test('are as many as the rows, whatever breaks or turns lines inside the names', () => {
    for (const separator of ['\n', '\r\n', '\u2028', '\u2029', '\u0085', '\0', '\u001B', '\u007F', '\u202E', '\u2066'])
      assert.equal(writeLines([aRow(`Anna${separator}Miller`)]), 'Anna Miller: https://example.org/s#abc')
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (names) => {
        const lines = writeLines(names.map(aRow))
        assert.doesNotMatch(lines, /(?!\n)\p{Cc}|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/u)
        assert.equal(lines.split('\n').length, names.length)
      }),
    )
  })
})
