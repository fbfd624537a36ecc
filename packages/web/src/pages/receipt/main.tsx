import { burnSecret, readReceipt } from '@letterlock/client'
import { type Token, findToken, formatLinkToken, formatReceiptToken } from '@letterlock/protocol'
import { problemWords, questionWords, receiptWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { findBase, findTokenText } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { openShelf } from '../../ui/shelf.ts'
import { startShell } from '../../ui/start-shell.ts'
import { announceReceipt, placeReceipt } from './describe.ts'
import { type ReceiptEvent, type ReceiptPage, reduceReceipt } from './state.ts'
import { type ReceiptHandlers, ReceiptView } from './view.tsx'

speak({ receipt: receiptWords, question: questionWords, problem: problemWords })
const base = findBase(location.href, 'receipt')
const server = connectTo(base)
const keptToken = openShelf('letterlock.receipt')
let held: Extract<Token, { kind: 'receipt' }> | null = null

const on: ReceiptHandlers = {
  check() {
    screen.send({ type: 'checking' })
    void read()
  },
  delete: () => void screen.send({ type: 'deleting' }),
  answer(isYes) {
    const page = screen.send({ type: 'answered', isYes })
    if (page.at === 'told' && page.doing === 'deleting') void burn()
  },
  paste: (text) => void take(text, true),
}

const screen = mountScreen<ReceiptPage, ReceiptEvent>({
  initial: { at: 'checking' },
  reduce: reduceReceipt,
  draw: (page) => <ReceiptView page={page} on={on} times={times} />,
  place: placeReceipt,
  announce: announceReceipt,
  asksBeforeLeaving: () => false,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('hashchange', () => location.reload())
  addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined))
  void take(findTokenText(location.href)?.text ?? keptToken.read() ?? '', false)
}

/** Take a link to where it belongs; a receipt's stays in this tab, and leaves the address bar. */
async function take(text: string, wasPasted: boolean): Promise<void> {
  const token = await findToken(text, 'receipt')
  if (token === null) screen.send({ type: 'ended', page: { at: 'damaged', wasPasted } })
  else if (token.kind === 'link') location.replace(`${base}s#${await formatLinkToken(token.linkKey)}`)
  else if (token.kind !== 'receipt') screen.send({ type: 'ended', page: { at: 'newer' } })
  else {
    held = token
    const canonical = await formatReceiptToken(token.id, token.receiptKey)
    history.replaceState(null, '', keptToken.keep(canonical) ? `${base}receipt` : `${base}receipt#${canonical}`)
    screen.send({ type: 'checking' })
    await read()
  }
}

async function read(): Promise<void> {
  if (held === null) return
  try {
    const receipt = await readReceipt(server, held.id, held.receiptKey)
    if (receipt === null) screen.send({ type: 'ended', page: { at: 'unknown' } })
    else screen.send({ type: 'told', receipt, nowMs: Date.now() })
  } catch (error) {
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}

/** Burn, then ask what became of it: the receipt has the last word. */
async function burn(): Promise<void> {
  if (held === null) return
  try {
    const burned = await burnSecret(server, held.id, held.receiptKey)
    if (burned.outcome === 'gone') screen.send({ type: 'too-late' })
    await read()
  } catch (error) {
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}
