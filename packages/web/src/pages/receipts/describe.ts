import { receiptsWords as words } from '../../languages/en.ts'
import { type KeptReceipt, RECEIPTS_MAX } from '../../ui/receipt-list.ts'
import { say } from '../../ui/say.ts'
import { type TimeStyle, formatMoment } from '../../ui/times.ts'
import type { ReceiptsPage } from './state.ts'

/** Moments that were written already: that takes long, and every draw needs one for each receipt. */
const written = new Map<string, string>()

/** When a receipt was made. */
export function writeMade({ createdAtMs }: KeptReceipt, times: TimeStyle): string {
  const key = `${times.locale} ${times.timeZone ?? ''} ${createdAtMs}`
  const moment = written.get(key) ?? formatMoment(createdAtMs, times)
  if (written.size >= RECEIPTS_MAX) written.clear()
  written.set(key, moment)
  return moment
}

/** What the sender calls a secret; without a name, it is known by when it was made. */
export function nameReceipt(receipt: KeptReceipt, times: TimeStyle): string {
  return receipt.name.trim() === '' ? say(words.unnamed, { moment: writeMade(receipt, times) }) : receipt.name
}

/** What a screen reader is told. */
export function announceReceipts(page: ReceiptsPage, times: TimeStyle): string {
  if (page.at === 'starting') return ''
  const { news, entries } = page
  switch (news.type) {
    case 'nothing':
      return ''
    case 'refused':
      return words.refused
    case 'forgotten':
      // What is the same as before would not be said again.
      return words.forgotten + '\u00a0'.repeat(news.times % 2)
    case 'changed':
      return entries
        .filter(({ receipt }) => news.tokens.includes(receipt.token))
        .map(({ receipt, state }) => `${nameReceipt(receipt, times)}: ${words.state[state]}`)
        .join('. ')
  }
}
