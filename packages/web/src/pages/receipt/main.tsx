import { readReceipt } from '@letterlock/client'
import { findToken, formatLinkToken, formatReceiptToken } from '@letterlock/protocol'
import { questionWords, receiptWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { describeQuestionFailure } from '../../ui/describe-question-failure.ts'
import { CHANGED_TAIL, findBase, findTokenText } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { loadPart } from '../../ui/load-part.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { openShelf } from '../../ui/shelf.ts'
import { startShell } from '../../ui/start-shell.ts'
import { announceReceipt, placeReceipt } from './describe.ts'
import type { Held } from './receipt-host.ts'
import { type ReceiptEvent, type ReceiptPage, reduceReceipt } from './state.ts'
import type { ToldPart } from './told-part.tsx'
import { type ReceiptHandlers, ReceiptView } from './view.tsx'

speak({ receipt: receiptWords, question: questionWords })
const base = findBase(location.href, 'receipt')
const server = connectTo(base)
const keptToken = openShelf('letterlock.receipt')
let held: Held | null = null
let part: ToldPart | null = null

const on: ReceiptHandlers = {
  check() {
    screen.send({ type: 'checking' })
    void read()
  },
  paste: (text) => void take(text, false, true),
}

const screen = mountScreen<ReceiptPage, ReceiptEvent>({
  initial: { at: 'checking' },
  reduce: reduceReceipt,
  draw: (page) => <ReceiptView page={page} on={on} told={page.at === 'told' ? part?.present(page).view : null} />,
  place: placeReceipt,
  announce: (page) => (page.at === 'told' ? (part?.present(page).said ?? '') : announceReceipt(page)),
  asksBeforeLeaving: () => false,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('hashchange', () => location.reload())
  addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined))
  const found = findTokenText(location.href)
  void take(found?.text ?? keptToken.read() ?? '', found?.wasChanged === true, false)
}

/** Take a link to where it belongs; a receipt's stays in this tab, and leaves the address bar. */
async function take(text: string, wasChanged: boolean, wasPasted: boolean): Promise<void> {
  const token = await findToken(text, 'receipt')
  if (token === null) screen.send({ type: 'ended', page: { at: 'damaged', wasPasted } })
  else if (token.kind === 'link') location.replace(`${base}s#${await formatLinkToken(token.linkKey)}${wasChanged ? CHANGED_TAIL : ''}`)
  else if (token.kind !== 'receipt') screen.send({ type: 'ended', page: { at: 'newer' } })
  else {
    held = { ...token, text: await formatReceiptToken(token.id, token.receiptKey) }
    history.replaceState(null, '', keptToken.keep(held.text) ? `${base}receipt` : `${base}receipt#${held.text}`)
    screen.send({ type: 'checking' })
    await read()
  }
}

/** Ask for the first time, and load meanwhile what tells the answer. */
async function read(): Promise<void> {
  if (held === null) return
  try {
    const telling = loadPart<typeof import('./told-part.tsx')>('receipt-told', base)
    const [receipt, { bring }] = await Promise.all([readReceipt(server, held.id, held.receiptKey), telling])
    part ??= bring({ server, held, screen, times, words: receiptWords, describeFailure: describeQuestionFailure })
    if (receipt === null) screen.send({ type: 'ended', page: { at: 'unknown' } })
    else part.begin(receipt)
  } catch (error) {
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}
