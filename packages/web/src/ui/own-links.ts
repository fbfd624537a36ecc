import { type Bytes, type SecretId, decodeHex, encodeHex, encodeUtf8, sha256 } from '@letterlock/protocol'
import { keepStored, readStoredList } from './stored-list.ts'

/** Where the marks are kept. */
export const OWN_KEY = 'letterlock.made'

/** Secrets that are remembered; then the oldest are forgotten. */
const MARKS_MAX = 200

/** Hex digits of a hash that are kept: enough to know a secret again, too few to find one by. */
const MARK_DIGITS = 16

/** Longest list of ours, in characters: a mark is quoted and followed by a comma or a bracket. */
const LIST_CHARACTERS_MAX = MARKS_MAX * (MARK_DIGITS + 3) + 1

/** Remember that this browser made a secret, by a hash of its id: SPEC §8.1. Does nothing where nothing can be stored. */
export async function rememberOwn(id: SecretId): Promise<void> {
  const mark = await markOf(id)
  const marks = [...readMarks().filter((other) => other !== mark), mark]
  keepStored(OWN_KEY, JSON.stringify(marks.slice(-MARKS_MAX)))
}

/** Whether this browser made the secret, as far as it remembers. */
export async function isOwn(id: SecretId): Promise<boolean> {
  return readMarks().includes(await markOf(id))
}

function readMarks(): readonly unknown[] {
  return readStoredList(OWN_KEY, LIST_CHARACTERS_MAX).filter((mark) => typeof mark === 'string' && /^[0-9a-f]{16}$/.test(mark))
}

async function markOf(id: SecretId): Promise<string> {
  const hash = await sha256(encodeUtf8('letterlock made here'), decodeHex(id) as Bytes)
  return encodeHex(hash).slice(0, MARK_DIGITS)
}
