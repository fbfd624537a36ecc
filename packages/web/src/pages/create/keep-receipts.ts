import { chooseKeeping, forgetReceipt, isKeeping, keepReceipt, renameReceipt } from '../../ui/receipt-list.ts'
import type { Made } from './made-state.ts'

/** Keep the receipts of these links on this device, if somebody has chosen so; says whether they are kept. */
export function keepReceipts({ links, nowMs, expiresAtMs }: Made): Made['keeping'] {
  if (!isKeeping()) return 'no'
  // The newest come first, so the first of these links is kept last.
  const wereKept = links
    .toReversed()
    .map(({ receiptToken, name }) => keepReceipt({ token: receiptToken, name, createdAtMs: nowMs, expiresAtMs }))
  return wereKept.every(Boolean) ? 'yes' : 'refused'
}

/** Give kept receipts the names that their links have by now. What was forgotten elsewhere stays forgotten. */
export function renameKept({ keeping, links }: Made): void {
  if (keeping === 'yes') for (const { receiptToken, name } of links) renameReceipt(receiptToken, name)
}

/** Choose whether receipts are kept here, from now on. Those of these links are kept or forgotten with it. */
export function chooseKept(made: Made, isChosen: boolean): Made['keeping'] {
  const wasChosen = chooseKeeping(isChosen)
  if (isChosen && wasChosen) return keepReceipts(made)
  for (const { receiptToken } of made.links) forgetReceipt(receiptToken)
  return isChosen ? 'refused' : 'no'
}
