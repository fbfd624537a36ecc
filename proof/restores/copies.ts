import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, backup } from 'node:sqlite'

/** What somebody has copied of a data directory, and how. */
export interface Copy {
  readonly how: string
  readonly path: string
}

const PAGES_MAX = 2 ** 31 - 1
/** How people copy a database while it is in use: files one by one, which may not fit one another, the backup of SQLite, a compacted one. */
const WAYS = ['files', 'backup', 'vacuum'] as const
export type Way = (typeof WAYS)[number]

/** Copy everything but the vault. The server goes on meanwhile. */
export async function copyWithoutVault(directory: string, to: string, ways: readonly Way[] = WAYS): Promise<readonly Copy[]> {
  const copies: Copy[] = []
  for (const how of ways) {
    const path = join(to, how)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    await copyDatabase(directory, path, how)
    copies.push({ how, path })
  }
  return copies
}

/** The same with the vault, which comes first: a witness that is older than its database is no reason for a fence. */
export async function copyWithVault(directory: string, path: string): Promise<Copy> {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  cpSync(join(directory, 'vault'), join(path, 'vault'), { recursive: true })
  await copyDatabase(directory, path, 'backup')
  return { how: 'backup with its vault', path }
}

async function copyDatabase(directory: string, to: string, how: Way): Promise<void> {
  const target = join(to, 'secrets.db')
  if (how === 'files') {
    for (const end of ['', '-wal'])
      if (existsSync(join(directory, `secrets.db${end}`))) cpSync(join(directory, `secrets.db${end}`), target + end)
    return
  }
  const database = new DatabaseSync(join(directory, 'secrets.db'), { readOnly: true, timeout: 10_000 })
  try {
    // In one step: a backup in many begins again with every change.
    if (how === 'backup') await backup(database, target, { rate: PAGES_MAX })
    else database.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`)
  } finally {
    database.close()
  }
}
