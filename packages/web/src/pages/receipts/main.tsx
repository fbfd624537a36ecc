import { readReceipt } from '@letterlock/client'
import { parseToken } from '@letterlock/protocol'
import { receiptsWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { findBase } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { nameOutcome } from '../../ui/name-outcome.ts'
import { chooseKeeping, forgetAllReceipts, forgetReceipt, isKeeping, listReceipts } from '../../ui/receipt-list.ts'
import { startShell } from '../../ui/start-shell.ts'
import { wait } from '../../ui/wait.ts'
import { announceReceipts } from './describe.ts'
import { findFocused, focusEntry, refocus } from './focus.ts'
import { makeRounds } from './read-rounds.ts'
import { type ReceiptsEvent, type ReceiptsPage, type Stored, listOpen, reduceReceipts } from './state.ts'
import { type ReceiptsHandlers, ReceiptsView } from './view.tsx'

speak({ receipts: receiptsWords })
const server = connectTo(findBase(location.href, 'receipts'))

const on: ReceiptsHandlers = {
  forget(token) {
    const index = listTokens().indexOf(token)
    forgetReceipt(token)
    screen.send({ type: 'forgot', stored: readStored() })
    focusEntry(index)
  },
  forgetAll: () => void screen.send({ type: 'asking' }),
  answer(isYes) {
    screen.send({ type: 'answered' })
    if (!isYes) return
    forgetAllReceipts()
    screen.send({ type: 'forgot', stored: readStored() })
    focusEntry(0)
  },
  keep(isWished) {
    const wasChosen = chooseKeeping(isWished)
    screen.send({ type: 'chose-keeping', stored: { ...readStored(), isRefused: !wasChosen } })
  },
}

const screen = mountScreen<ReceiptsPage, ReceiptsEvent>({
  initial: { at: 'starting' },
  reduce: reduceReceipts,
  draw: (page) => <ReceiptsView page={page} on={on} times={times} />,
  place: () => 'receipts',
  announce: (page) => announceReceipts(page, times),
  asksBeforeLeaving: () => false,
})

const rounds = makeRounds({
  list: () => listOpen(screen.state()),
  read,
  report: reportError,
  skip: (token) => void screen.send({ type: 'told', token, state: 'failed' }),
  onRound: () => void screen.send({ type: 'round' }),
  wait,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('storage', takeUp)
  addEventListener('pageshow', (event) => (event.persisted ? attend() : undefined))
  addEventListener('pagehide', rounds.stop)
  addEventListener('online', rounds.hurry)
  document.addEventListener('visibilitychange', attend)
  attend()
}

/** Ask while somebody looks, and only then. */
function attend(): void {
  takeUp()
  if (document.hidden) rounds.stop()
  else rounds.start()
}

/** Another tab may have kept or forgotten receipts. Whoever was about to press something is still about to press the same. */
function takeUp(): void {
  const before = listTokens()
  const focused = findFocused()
  screen.send({ type: 'listed', stored: readStored() })
  const tokens = listTokens()
  if (focused !== null) refocus(focused, tokens.indexOf(before[focused.index] ?? ''))
  if (tokens.some((token) => !before.includes(token))) rounds.hurry()
}

function listTokens(): readonly string[] {
  const page = screen.state()
  return page.at === 'listed' ? page.entries.map(({ receipt }) => receipt.token) : []
}

function readStored(): Stored {
  return { receipts: listReceipts(), isKeeping: isKeeping(), isRefused: isStorageRefused() }
}

/** Whether the browser lets the page read nothing: then it keeps nothing either. */
function isStorageRefused(): boolean {
  try {
    return localStorage.length < 0
  } catch {
    return true
  }
}

/** Ask what became of one; `false` if there was no answer. */
async function read(token: string): Promise<boolean> {
  const parsed = await parseToken(token)
  const tell = (state: Extract<ReceiptsEvent, { type: 'told' }>['state']) => screen.send({ type: 'told', token, state })
  try {
    const receipt = parsed?.kind === 'receipt' ? await readReceipt(server, parsed.id, parsed.receiptKey) : null
    tell(receipt === null ? 'unknown' : nameOutcome(receipt))
    return true
  } catch (error) {
    nameFailure(error)
    tell('failed')
    return false
  }
}
