import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, type SecretId, concatBytes, encodeHex, randomBytes } from '@letterlock/protocol'
import { type Engine, type EngineOptions, openEngine } from '../../src/secrets/engine.ts'
import type { Operation } from '../../src/secrets/message.ts'
import type { Now } from '../../src/secrets/life.ts'
import type {
  Acked,
  Burned,
  Claim,
  Claimed,
  Created,
  NewSecret,
  Peeked,
  ReceiptRead,
  SealedRead,
  StoreHealth,
  Swept,
} from '../../src/secrets/store.ts'
import { openWitness } from '../../src/vault/witness.ts'
import { copyLive } from '../support/copy-live.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** When tests begin: a whole minute, and far from the time at which they run. */
export const T0 = Date.UTC(2200, 0, 1)

export function at(ms: number): Now {
  return { ms, doubt: null }
}

/** A secret that nobody has seen yet; every byte of it is new. */
export function aSecret(given: Partial<NewSecret> = {}): NewSecret {
  return {
    id: encodeHex(randomBytes(16)) as SecretId,
    accessHash: randomBytes(32),
    proofHash: randomBytes(32),
    ackHash: randomBytes(32),
    receiptHash: randomBytes(32),
    share: randomBytes(32),
    lifetimeMs: HOUR_MS,
    attempts: null,
    sealed: randomBytes(1096),
    ...given,
  }
}

/** What a reader with the whole link shows; its claim is a new one. The same claim and proof are the same try. */
export function aClaim(secret: NewSecret, given: Partial<Claim> = {}): Claim {
  const { id, accessHash, proofHash } = secret
  const claim = { id, accessHash, proofHash, claimHash: randomBytes(32), ...given }
  const tryHash = new Uint8Array(hash('sha256', concatBytes(claim.claimHash, claim.proofHash), 'buffer'))
  return { tryHash, ...claim }
}

/** Make every call about a secret, by whoever may; what each is answered. */
export function askEverything(store: Asked, secret: NewSecret): readonly string[] {
  const claim = aClaim(secret)
  const answers = [
    store.create(secret),
    store.peek(secret),
    store.claim(claim),
    store.readSealed(claim),
    store.ack(claim, secret.ackHash),
    store.receipt(secret),
    store.burn(secret),
  ]
  return answers.map(({ outcome }) => outcome)
}

/** A directory of this test's own, and the engines that it opens there. */
export interface Workspace {
  readonly path: string
  /** A new data directory, empty. */
  directory(): string
  /** A copy of a data directory's files as they are now, as a killed process leaves them. */
  copyOf(directory: string): string
  open(directory: string, given?: Partial<EngineOptions>): Asked
}

/** Anything that calls back when it is over, such as the context of a test. */
export interface Ending {
  after(act: () => void): void
}

export function aWorkspace(ending: Ending): Workspace {
  const path = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  const opened: Engine[] = []
  let count = 0
  ending.after(() => {
    for (const engine of opened) engine.close()
    rmSync(path, { recursive: true, force: true })
  })
  const name = () => join(path, String(++count))
  return {
    path,
    directory() {
      const directory = name()
      mkdirSync(join(directory, 'vault'), { recursive: true, mode: 0o700 })
      return directory
    },
    copyOf(directory) {
      const copy = name()
      copyLive(directory, copy, (name) => !name.endsWith('-shm'))
      return copy
    },
    open(directory, given) {
      const engine = openEngine({ ...anEngineFor(directory), ...given })
      opened.push(engine)
      return ask(engine, () => opened.splice(opened.indexOf(engine), 1))
    },
  }
}

export function anEngineFor(directory: string): EngineOptions {
  return {
    directory,
    startMs: T0,
    acceptRestore: null,
    acceptClock: null,
    storedBytesMax: 1024 ** 3,
    freeBytesMin: 0,
    warnings: [],
  }
}

/** The calls of a store, asked of the engine itself, one batch each. */
export interface Asked {
  readonly engine: Engine
  create(secret: NewSecret, now?: Now): Created
  peek(secret: NewSecret, now?: Now): Peeked
  claim(claim: Claim, now?: Now): Claimed
  readSealed(claim: Claim, now?: Now): SealedRead
  ack(claim: Claim, ackHash: Bytes, now?: Now): Acked
  receipt(secret: NewSecret, now?: Now): ReceiptRead
  burn(secret: NewSecret, now?: Now): Burned
  sweep(now: Now): Swept
  health(): StoreHealth
  together(operations: readonly Operation[]): readonly { readonly outcome: string }[]
  close(): void
}

function ask(engine: Engine, onClose: () => void): Asked {
  const one = (operation: Operation) => engine.run([operation])[0]
  const start = at(T0)
  return {
    engine,
    create: (secret, now = start) => one({ op: 'create', secret, now }) as Created,
    peek: ({ id, accessHash }, now = start) => one({ op: 'peek', id, accessHash, now }) as Peeked,
    claim: (claim, now = start) => one({ op: 'claim', claim, now }) as Claimed,
    readSealed: ({ id, claimHash }, now = start) => one({ op: 'readSealed', id, claimHash, keepsAlive: true, now }) as SealedRead,
    ack: ({ id, claimHash }, ackHash, now = start) => one({ op: 'ack', id, claimHash, ackHash, now }) as Acked,
    receipt: ({ id, receiptHash }, now = start) => one({ op: 'receipt', id, receiptHash, now }) as ReceiptRead,
    burn: ({ id, receiptHash }, now = start) => one({ op: 'burn', id, receiptHash, now }) as Burned,
    sweep: (now) => one({ op: 'sweep', now }) as Swept,
    health: () => one({ op: 'health' }) as StoreHealth,
    together: (operations) => engine.run(operations) as readonly { readonly outcome: string }[],
    close() {
      onClose()
      engine.close()
    },
  }
}

/** Put the database of one directory over that of another, as an operator with a backup does. */
export function putDatabase(from: string, to: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(join(to, `secrets.db${end}`), { force: true })
  cpSync(join(from, 'secrets.db'), join(to, 'secrets.db'))
  if (existsSync(join(from, 'secrets.db-wal'))) cpSync(join(from, 'secrets.db-wal'), join(to, 'secrets.db-wal'))
}

/** The generation that a directory's witness remembers; `null` where it remembers none. */
export function witnessed(directory: string): number | null {
  const witness = openWitness(join(directory, 'vault', 'witness'))
  witness.close()
  return witness.generation
}
