import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from '@letterlock/protocol'
import { SLOT_BYTES } from '../../packages/server/src/vault/slot-file.ts'
import { T0, at } from '../../packages/server/test/store/fixtures.ts'
import type { Wrong } from './play.ts'

export interface WrongEngine extends Wrong {
  readonly what: string
  /** A run of the model that it does not do, as far as it must go. */
  readonly run: readonly string[]
  /** Whether runs that are drawn come to it, too: one in a hundred at least. */
  readonly isDrawn: boolean
}

const answered = (call: string, answer: string) => [call, 'commit', `answer ${answer}`, 'settle']
const created = answered('create', 'sealed 0 2')
const crashed = ['crash', 'start', 'ready']
const restored = ['crash', 'restore', 'fenced', 'accept', 'ready']

/** Engines that are wrong in what they decide: what they are asked is bent. */
const IN_DECISIONS: readonly WrongEngine[] = [
  {
    what: 'an engine that takes any ack of the claimant',
    isDrawn: true,
    bend: (operation, { ackHash }) => (operation.op === 'ack' ? { ...operation, ackHash } : operation),
    run: [...created, ...answered('claim 0', 'claimed 0 2'), ...answered('ack 0 wrong', 'claimed 0 2')],
  },
  {
    what: 'an engine that sees no time pass',
    isDrawn: true,
    bend: (operation) => ('now' in operation ? { ...operation, now: at(T0 + 1) } : operation),
    run: [...created, ...answered('claim 0', 'claimed 0 2'), 'lease', ...answered('peek', 'opened 0 2')],
  },
  {
    what: 'an engine that takes any PIN',
    isDrawn: true,
    bend: (operation, { proofHash }) => (operation.op === 'claim' ? { ...operation, claim: { ...operation.claim, proofHash } } : operation),
    run: [...created, ...answered('guess 0 0', 'sealed 0 1')],
  },
]

/** Engines that are wrong in what they count. */
const IN_TALLIES: readonly WrongEngine[] = [
  {
    what: 'an engine that counts a wrong PIN again when it is asked again',
    isDrawn: true,
    bend: (operation) => (operation.op === 'claim' ? { ...operation, claim: { ...operation.claim, tryHash: randomBytes(32) } } : operation),
    run: [...created, ...answered('guess 0 0', 'sealed 0 1'), ...answered('guess 0 0', 'sealed 0 1')],
  },
  {
    what: 'an engine that takes every wrong PIN for the one before',
    isDrawn: true,
    bend: (operation) =>
      operation.op === 'claim' ? { ...operation, claim: { ...operation.claim, tryHash: new Uint8Array(32) } } : operation,
    run: [...created, ...answered('guess 0 0', 'sealed 0 1'), ...answered('guess 1 1', 'locked 0 0')],
  },
]

/** Where in its slot the vault marks that a share has left, and counts wrong PINs. SPEC §9.3. */
const RELEASED_AT = 96
const FAILED_AT = 97

/** Engines that are wrong in what outlives a crash or a restore: their files are harmed. */
const OVER_ENDS: readonly WrongEngine[] = [
  {
    what: 'an engine that loses at a crash what it has committed',
    isDrawn: true,
    atCrash: (directory) => rmSync(join(directory, 'secrets.db-wal'), { force: true }),
    run: [...created, ...crashed, ...answered('claim 0', 'claimed 0 2'), ...crashed],
  },
  {
    what: 'an engine that loses its vault at a crash',
    isDrawn: false,
    atCrash: (directory) => rmSync(join(directory, 'vault', 'shares')),
    run: [...created, ...crashed, ...answered('peek', 'sealed 0 2')],
  },
  {
    what: 'a restore that brings vault and witness back, too',
    isDrawn: true,
    atRestore: (directory, copy) => cpSync(join(copy, 'vault'), join(directory, 'vault'), { recursive: true }),
    run: [...created, 'copy', ...answered('claim 0', 'claimed 0 2'), ...restored],
  },
  {
    what: 'a vault that forgets over a restore what has left',
    isDrawn: false,
    atRestore: (directory) => clearInSlots(directory, RELEASED_AT),
    run: [...created, 'copy', ...answered('claim 0', 'claimed 0 2'), ...restored, ...answered('peek', 'opened 0 2')],
  },
  {
    what: 'a vault that forgets over a restore how many wrong PINs there were',
    isDrawn: false,
    atRestore: (directory) => clearInSlots(directory, FAILED_AT),
    run: [...created, 'copy', ...answered('guess 0 0', 'sealed 0 1'), ...restored, ...answered('peek', 'sealed 0 1')],
  },
]

export const WRONG_ENGINES: readonly WrongEngine[] = [...IN_DECISIONS, ...IN_TALLIES, ...OVER_ENDS]

/** Let a byte be zero in every slot of a vault, whatever it was. */
function clearInSlots(directory: string, byte: number): void {
  const path = join(directory, 'vault', 'shares')
  const bytes = readFileSync(path)
  for (let at = SLOT_BYTES + byte; at < bytes.length; at += SLOT_BYTES) bytes[at] = 0
  writeFileSync(path, bytes)
}
