import { dropStored, keepStored, readStoredList } from './stored-list.ts'

const KEY = 'letterlock.receipts'
const CHOICE_KEY = 'letterlock.keep-receipts'
const CHOSEN = 'yes'

/** Receipts that are kept; then the oldest are forgotten. */
export const RECEIPTS_MAX = 100

/** Longest name of a receipt, in code points. */
export const NAME_CHARACTERS_MAX = 60

/** Longer than any list of ours, in characters: no entry takes 640, however its name is escaped. */
const LIST_CHARACTERS_MAX = RECEIPTS_MAX * 640

/** A receipt token, SPEC §3.1: 52 bytes of which the first is 2 are 70 digits of base 58. */
const RECEIPT_TOKEN = /^[1-9A-HJ-NP-Za-km-z]{70}$/

/** A receipt as the sender's device keeps it. It says what became of a secret, and opens nothing. */
export interface KeptReceipt {
  /** As `formatReceiptToken` writes it. */
  readonly token: string
  /** What the sender calls it; may be empty. */
  readonly name: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Whether receipts are to be kept on this device. Not unless somebody chose so. */
export function isKeeping(): boolean {
  try {
    return localStorage.getItem(CHOICE_KEY) === CHOSEN
  } catch {
    return false
  }
}

/** Remember whether receipts are to be kept; `false` if the browser does not. Those that are kept stay. */
export function chooseKeeping(isChosen: boolean): boolean {
  if (isChosen) keepStored(CHOICE_KEY, CHOSEN)
  else dropStored(CHOICE_KEY)
  return isKeeping() === isChosen
}

/** The receipts on this device, newest first. Whatever else stands in their place is passed over. */
export function listReceipts(): readonly KeptReceipt[] {
  const receipts = readStoredList(KEY, LIST_CHARACTERS_MAX).map(parseReceipt)
  return receipts.filter((receipt) => receipt !== null).slice(0, RECEIPTS_MAX)
}

/**
 * Keep a receipt, once; a name that is too long is cut. `false` if the browser stores nothing.
 * The list is read anew before it is written, since another tab may have written meanwhile.
 */
export function keepReceipt(receipt: KeptReceipt): boolean {
  const kept = parseReceipt({ ...receipt, name: cutName(receipt.name) })
  if (kept === null) throw new TypeError('this is no receipt')
  return writeReceipts([kept, ...listOthers(kept.token)].slice(0, RECEIPTS_MAX))
}

/** Call a kept receipt otherwise, where it stands; one that is not kept, or not any more, stays so. */
export function renameReceipt(token: string, name: string): void {
  const receipts = listReceipts()
  const kept = receipts.find((receipt) => receipt.token === token)
  if (kept === undefined || kept.name === cutName(name)) return
  writeReceipts(receipts.map((receipt) => (receipt === kept ? { ...kept, name: cutName(name) } : receipt)))
}

/** Forget one receipt; nothing happens if it is not kept. */
export function forgetReceipt(token: string): void {
  const others = listOthers(token)
  if (others.length === 0) forgetAllReceipts()
  else writeReceipts(others)
}

/** Forget every receipt on this device. The choice stays. */
export function forgetAllReceipts(): void {
  dropStored(KEY)
}

function listOthers(token: string): readonly KeptReceipt[] {
  return listReceipts().filter((receipt) => receipt.token !== token)
}

function writeReceipts(receipts: readonly KeptReceipt[]): boolean {
  return keepStored(KEY, JSON.stringify(receipts))
}

function parseReceipt(value: unknown): KeptReceipt | null {
  if (typeof value !== 'object' || value === null) return null
  const { token, name, createdAtMs, expiresAtMs } = value as Readonly<Record<keyof KeptReceipt, unknown>>
  if (typeof token !== 'string' || !RECEIPT_TOKEN.test(token)) return null
  if (typeof name !== 'string' || cutName(name) !== name) return null
  return isMoment(createdAtMs) && isMoment(expiresAtMs) ? { token, name, createdAtMs, expiresAtMs } : null
}

function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function cutName(name: string): string {
  return Array.from(name.slice(0, 2 * NAME_CHARACTERS_MAX))
    .slice(0, NAME_CHARACTERS_MAX)
    .join('')
}
