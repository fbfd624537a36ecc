import {
  chmodSync,
  lchownSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BAD_VALUES } from '../../packages/server/test/support/bad-settings.ts'
import type { Patch } from '../mutate.ts'

/** Something that a start must not accept. The data directory holds a secret that waits, and is otherwise sound. */
export interface Row {
  readonly group: string
  readonly what: string
  /** Make it so. */
  readonly prepare?: (directory: string) => void
  readonly env?: (directory: string) => Readonly<Record<string, string>>
  /** What of the shipped server asks SQLite for the bad setting. */
  readonly patches?: readonly Patch[]
  /** Words before the command. */
  readonly before?: (directory: string) => readonly string[]
  /** Whether the server runs as somebody whom file modes hold back, and whose the directory is. */
  readonly isNobody?: boolean
  /** What the one sentence says. */
  readonly says: RegExp
  /** What changes although the start is refused, because it comes so far. */
  readonly changes?: readonly string[]
  /** Taken with this warning on `/readyz`, not refused. */
  readonly warning?: string
}

export const NOBODY = 65_534
const NO_WRITE = /cannot be written \(.+\); make it writable, or set LETTERLOCK_DATA_DIR/
const UNUSABLE = /cannot be used \(.+\); mend it, or set LETTERLOCK_DATA_DIR/

/** Their group: what the server asks of SQLite. */
export const OF_SQLITE = 'settings of SQLite'

const BAD_PRAGMAS: Readonly<Record<string, readonly string[]>> = {
  journal_mode: ['delete', 'truncate', 'persist', 'memory', 'off'],
  synchronous: ['0', '1', '3'],
  secure_delete: ['0', 'fast'],
  temp_store: ['0', '1'],
  cell_size_check: ['0'],
  trusted_schema: ['1'],
  wal_autocheckpoint: ['1000'],
}

function tamper(directory: string, sql: string): void {
  const opened = new DatabaseSync(join(directory, 'secrets.db'))
  opened.exec(sql)
  opened.close()
}

const pragmas: readonly Row[] = Object.entries(BAD_PRAGMAS).flatMap(([name, values]) =>
  values.map((value) => ({
    group: OF_SQLITE,
    what: `${name} is ${value}`,
    // Of these modes, WAL alone is written down in the file: asking for another must find it gone.
    ...(name === 'journal_mode' ? { prepare: (d: string) => tamper(d, 'PRAGMA journal_mode = delete') } : {}),
    patches: [
      {
        file: 'packages/server/src/secrets/database.ts',
        from: 'database.exec(`PRAGMA ${name} = ${wanted}`)',
        to: `database.exec(\`PRAGMA \${name} = \${name === '${name}' ? '${value}' : wanted}\`)`,
      },
    ],
    says: new RegExp(`does not take ${name} = \\w+ \\(it says .+\\); is its disk one that SQLite can use\\?`),
  })),
)

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
}

/** Put something else where one of our files or directories was. */
function replace(path: string, put: () => void): void {
  rmSync(path, { recursive: true, force: true })
  put()
}

const database = (directory: string) => join(directory, 'secrets.db')
const shares = (directory: string) => join(directory, 'vault', 'shares')

const stores: readonly Row[] = [
  {
    what: 'the database is of a newer version',
    prepare: (d: string) => tamper(d, 'PRAGMA user_version = 4'),
    says: /made by a newer Letterlock/,
  },
  { what: 'the database is something else', prepare: (d: string) => writeFileSync(database(d), 'no database'.repeat(999)), says: UNUSABLE },
  { what: 'the database was cut off', prepare: (d: string) => truncateSync(database(d), 8192), says: UNUSABLE },
  { what: 'the database has lost a table', prepare: (d: string) => tamper(d, 'DROP TABLE sealed'), says: UNUSABLE },
  {
    what: 'the database is a directory',
    prepare: (d: string) => replace(database(d), () => mkdirSync(database(d), { mode: 0o700 })),
    says: UNUSABLE,
  },
  {
    what: 'the vault is of a newer version',
    prepare: (d: string) => overwrite(shares(d), 11, Uint8Array.of(2)),
    says: /made by a newer Letterlock/,
  },
  { what: 'the vault has other slots', prepare: (d: string) => overwrite(shares(d), 14, Uint8Array.of(1)), says: UNUSABLE },
  { what: 'the vault is something else', prepare: (d: string) => writeFileSync(shares(d), 'no vault'.repeat(999)), says: UNUSABLE },
  {
    what: 'the shares are a directory',
    prepare: (d: string) => replace(shares(d), () => mkdirSync(shares(d), { mode: 0o700 })),
    says: UNUSABLE,
  },
  {
    what: 'the witness is a directory',
    prepare: (d: string) => replace(join(d, 'vault', 'witness'), () => mkdirSync(join(d, 'vault', 'witness'), { mode: 0o700 })),
    says: UNUSABLE,
  },
  {
    what: 'the vault is a file',
    prepare: (d: string) => replace(join(d, 'vault'), () => writeFileSync(join(d, 'vault'), '', { mode: 0o600 })),
    says: NO_WRITE,
  },
].map((row) => ({ group: 'files that are not as they were left', ...row }))

const modes: readonly Row[] = [
  { what: 'the directory may not be written', prepare: (d: string) => chmodSync(d, 0o500), says: NO_WRITE },
  { what: 'the directory may not be entered', prepare: (d: string) => chmodSync(d, 0o600), says: NO_WRITE },
  { what: 'the vault may not be written', prepare: (d: string) => chmodSync(join(d, 'vault'), 0o500), says: NO_WRITE },
  { what: 'the lock may not be written', prepare: (d: string) => chmodSync(join(d, 'lock'), 0o400), says: NO_WRITE },
  { what: 'the database may not be written', prepare: (d: string) => chmodSync(database(d), 0o400), says: UNUSABLE },
  { what: 'the database may not be read', prepare: (d: string) => chmodSync(database(d), 0o000), says: UNUSABLE },
  { what: 'the shares may not be written', prepare: (d: string) => chmodSync(shares(d), 0o400), says: UNUSABLE },
  { what: 'the witness may not be written', prepare: (d: string) => chmodSync(join(d, 'vault', 'witness'), 0o400), says: UNUSABLE },
].map((row) => ({ group: 'permissions', isNobody: true, ...row }))

const owners: readonly Row[] = [
  {
    what: 'the directory is somebody else\u2019s, and open to all',
    prepare: (d: string) => {
      lchownSync(d, 0, 0)
      chmodSync(d, 0o777)
    },
    says: /belongs to another one; give it to the user that Letterlock runs as, or set LETTERLOCK_DATA_DIR/,
  },
  { what: 'the directory is somebody else\u2019s, and closed', prepare: (d: string) => lchownSync(d, 0, 0), says: NO_WRITE },
  { what: 'the vault is somebody else\u2019s', prepare: (d: string) => lchownSync(join(d, 'vault'), 0, 0), says: NO_WRITE },
  { what: 'the database is somebody else\u2019s', prepare: (d: string) => lchownSync(database(d), 0, 0), says: UNUSABLE },
  {
    what: 'the database is somebody else\u2019s, and open to all',
    prepare: (d: string) => {
      lchownSync(database(d), 0, 0)
      chmodSync(database(d), 0o666)
    },
    says: /belongs to another one/,
  },
  { what: 'the shares are somebody else\u2019s', prepare: (d: string) => lchownSync(shares(d), 0, 0), says: UNUSABLE },
].map((row) => ({ group: 'owners', isNobody: true, ...row }))

/** Leave a link where a file of ours was, and the file beside the directory. */
function link(directory: string, name: string): void {
  const file = join(directory, name)
  renameSync(file, `${directory}-elsewhere`)
  symlinkSync(`${directory}-elsewhere`, file)
}

const links: readonly Row[] = ['secrets.db', 'lock', 'vault/shares', 'vault/witness'].map((name) => ({
  group: 'links to somewhere else',
  what: `${name} is a link`,
  prepare: (directory: string) => link(directory, name),
  says: /holds a link to a file of somewhere else \(.+\); put the file itself there, or set LETTERLOCK_DATA_DIR/,
}))

const places: readonly Row[] = [
  {
    what: 'files of others lie in a directory that others may read',
    prepare: (d: string) => {
      writeFileSync(join(d, 'letter.txt'), 'not of Letterlock')
      chmodSync(d, 0o755)
    },
    says: /open to other users and holds files that are not Letterlock's; set LETTERLOCK_DATA_DIR/,
  },
  { what: 'the directory is a file', env: (d: string) => ({ LETTERLOCK_DATA_DIR: join(d, 'secrets.db') }), says: /cannot be written/ },
  {
    what: 'the directory lies below a file',
    env: (d: string) => ({ LETTERLOCK_DATA_DIR: join(d, 'secrets.db', 'data') }),
    says: /cannot be written/,
  },
  {
    what: 'the address is not of this machine',
    env: () => ({ LETTERLOCK_HOST: '192.0.2.1' }),
    // Whether it can listen is seen last: by then it has begun another generation.
    changes: ['secrets.db', 'vault/witness'],
    says: /192\.0\.2\.1 is not one of this machine; set LETTERLOCK_HOST/,
  },
].map((row) => ({ group: 'places', ...row }))

/** What `statfs(2)` says of file systems, from linux/magic.h. */
const NETWORKS: Readonly<Record<string, number>> = {
  NFS: 0x6969,
  SMB: 0x517b,
  CIFS: 0xff534d42,
  SMB2: 0xfe534d42,
  '9P': 0x01021997,
  Ceph: 0x00c36400,
  AFS: 0x5346414f,
  'AFS of the kernel': 0x6b414653,
  Lustre: 0x0bd00bd0,
  GFS2: 0x01161970,
  OCFS2: 0x7461636f,
  'a shared folder of VirtualBox': 0x786f4256,
}
const COPYING: Readonly<Record<string, number>> = { btrfs: 0x9123683e, ZFS: 0x2fc12fc1, overlayfs: 0x794c7630, bcachefs: 0xca451a4e }
const MEMORY: Readonly<Record<string, number>> = { tmpfs: 0x01021994, ramfs: 0x858458f6 }

/** Have the kernel's answer to one question changed on its way to the server, for a path or for all. */
function lie(type: number, path: string): readonly string[] {
  const word = Buffer.alloc(8)
  word.writeBigUInt64LE(BigInt(type))
  const inject = `inject=statfs:poke_exit=@arg2=${word.toString('hex')}`
  return ['/usr/bin/strace', '-D', '-f', '-qq', '-o', '/dev/null', '-P', path, '-e', 'trace=statfs', '-e', inject]
}

function onFileSystem(group: string, types: Readonly<Record<string, number>>, told: Pick<Row, 'says' | 'warning'>): readonly Row[] {
  return Object.entries(types).flatMap(([name, type]) => [
    { group, what: `the directory lies on ${name}`, before: (d: string) => lie(type, d), ...told },
    { group, what: `the vault lies on ${name}`, before: (d: string) => lie(type, join(d, 'vault')), ...told },
  ])
}

const fileSystems: readonly Row[] = [
  ...onFileSystem('networks', NETWORKS, { says: /lies on a network \(.+\), where .+; set LETTERLOCK_DATA_DIR to a local disk/ }),
  ...onFileSystem('copying file systems', COPYING, { says: /lies on a copy-on-write file system/, warning: 'copy_on_write' }),
  ...onFileSystem('memory', MEMORY, { says: /lies in memory/, warning: 'in_memory' }),
]

const environment: readonly Row[] = Object.entries({ ...BAD_VALUES, PROT: ['80'] }).flatMap(([name, values]) =>
  values.map((value) => ({
    group: 'environment',
    what: `LETTERLOCK_${name}=${value.slice(0, 40)}`,
    env: () => ({ [`LETTERLOCK_${name}`]: value }),
    says: new RegExp(`LETTERLOCK_${name} (?:must be|is not a setting)`),
  })),
)

/** The matrix. */
export const ROWS: readonly Row[] = [...pragmas, ...stores, ...modes, ...owners, ...links, ...places, ...fileSystems, ...environment]

/** A server that asks for its settings, and does not look whether it got them. */
export const UNCHECKED: Patch = {
  file: 'packages/server/src/secrets/database.ts',
  from: 'if (found !== wanted)',
  to: 'if (found === undefined)',
}

/** One row of each group. */
export const FIRST_ROWS: readonly Row[] = ROWS.filter((row, i) => ROWS.findIndex(({ group }) => group === row.group) === i)

/** Give a whole directory to somebody. */
export function give(directory: string, uid: number): void {
  for (const name of ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]) lchownSync(join(directory, name), uid, uid)
}
