import { type Ack, ClientError, ackSecret, openSecret, peekSecret } from '@letterlock/client'
import {
  type Bytes,
  KEY_BYTES,
  type Token,
  decodeBase64url,
  encodeBase64url,
  findToken,
  formatLinkToken,
  formatReceiptToken,
  randomBytes,
} from '@letterlock/protocol'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findBase, findTokenText } from '../../ui/find-base.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { saveAsFile } from '../../ui/save-as-file.ts'
import { openShelf } from '../../ui/shelf.ts'
import { startShell } from '../../ui/start-shell.ts'
import { pickLocale } from '../../ui/times.ts'
import { announceOpen, asksBeforeLeavingOpen, placeOpen } from './describe.ts'
import { type OpenEvent, type OpenPage, reduceOpen } from './state.ts'
import { type OpenHandlers, OpenView } from './view.tsx'
import { openWords as words } from './words.ts'

const MARK = { letterlock: 'opened' } as const

/** A clock this far past the time that was sealed in is worth a warning, in ms. SPEC §5.3. */
const OVERDUE_MS = 48 * 3_600_000

/** Waits between tries of the ack, in ms; together they stay within the lease. */
const ACK_WAITS_MS = [500, 2_000, 5_000, 15_000, 60_000, 120_000, 240_000]

const base = findBase(location.href, 's')
const server = connectTo(base)
const keptToken = openShelf('letterlock.token')
const keptClaim = openShelf('letterlock.claim')
let linkKey: Bytes | null = null
let wasChanged = false

const on: OpenHandlers = {
  show(event) {
    if (screen.state().at === 'before' && screen.send({ type: 'pressed', isTrusted: event.isTrusted }).at === 'opening') void open()
  },
  retry() {
    if (screen.send({ type: 'retried' }).at === 'opening') void open()
    else void look()
  },
  paste: (text) => void take(text, true),
  copy: () => withText(async (text) => screen.send({ type: 'copied', wasCopied: await copyText(text) })),
  hide: () => void screen.send({ type: 'hid' }),
  save: () =>
    withText((text) => {
      saveAsFile(text, words.fileName)
      screen.send({ type: 'saved' })
    }),
  print() {
    screen.send({ type: 'printing' })
    print()
  },
  clear: () => forgetIfCleared(screen.send({ type: 'clearing' })),
  answer: (isYes) => forgetIfCleared(screen.send({ type: 'answered', isYes })),
}

const times = { locale: pickLocale(navigator.languages) }
const screen = mountScreen<OpenPage, OpenEvent>({
  initial: { at: 'checking' },
  reduce: reduceOpen,
  draw: (page) => <OpenView page={page} on={on} times={times} />,
  place: placeOpen,
  announce: announceOpen,
  asksBeforeLeaving: asksBeforeLeavingOpen,
})

startShell()
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('hashchange', () => location.reload())
  addEventListener('pagehide', () => screen.send({ type: 'left' }))
  addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined))
  void start()
}

/** Find the link: in the address, or kept by this tab from before a reload. */
async function start(): Promise<void> {
  const found = findTokenText(location.href)
  wasChanged = found?.wasChanged === true
  if (found !== null) return take(found.text, false)
  const isMarked = (history.state as { letterlock?: unknown } | null)?.letterlock === MARK.letterlock
  const kept = keptToken.read()
  if (isMarked && keptClaim.read() === null) screen.send({ type: 'ended', page: { at: 'opened-here' } })
  else if (kept === null) screen.send({ type: 'ended', page: { at: 'damaged', wasPasted: false } })
  else return take(kept, false)
}

/** Take a link to where it belongs. Nothing is claimed on the way. */
async function take(text: string, wasPasted: boolean): Promise<void> {
  const token = await findToken(text)
  if (token === null) screen.send({ type: 'ended', page: { at: 'damaged', wasPasted } })
  else if (token.kind === 'receipt') location.replace(`${base}receipt#${await formatReceiptToken(token.id, token.receiptKey)}`)
  else if (token.kind === 'link') await takeLink(token)
  else screen.send({ type: 'ended', page: { at: 'newer' } })
}

async function takeLink(token: Extract<Token, { kind: 'link' }>): Promise<void> {
  linkKey = token.linkKey
  const text = await formatLinkToken(linkKey)
  if (keptToken.read() !== text) keptClaim.drop()
  keptToken.keep(text)
  // A path that a program changed must not be asked for again; the fragment never leaves the device.
  if (new URL(location.href).pathname !== new URL('s', base).pathname) history.replaceState(null, '', `${base}s#${text}`)
  screen.send({ type: 'checking' })
  if (keptClaim.read() === null) return look()
  screen.send({ type: 'reopening' })
  return open()
}

/** See whether the secret waits. Changes nothing. */
async function look(): Promise<void> {
  if (linkKey === null) return
  try {
    const peeked = await peekSecret(server, linkKey)
    if (peeked.outcome === 'sealed') {
      if (peeked.needsPin) screen.send({ type: 'ended', page: { at: 'needs-pin' } })
      else screen.send({ type: 'waiting', expiresAtMs: peeked.expiresAtMs, nowMs: Date.now(), wasChanged })
    } else end(peeked.outcome === 'gone' ? { at: 'gone', end: peeked.gone.state, atMs: peeked.gone.at } : { at: 'unknown' })
  } catch (error) {
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}

/** Claim and open. The claim is kept before it leaves, so that a lost reply or a reload loses nothing. */
async function open(): Promise<void> {
  if (linkKey === null) return
  const claim = decodeBase64url(keptClaim.read() ?? '') ?? new Uint8Array(0)
  const mine = claim.length === KEY_BYTES ? claim : randomBytes(KEY_BYTES)
  const isSafe = keptClaim.keep(encodeBase64url(mine)) && keptToken.keep(await formatLinkToken(linkKey))
  if (isSafe) history.replaceState(history.state, '', `${base}s`)
  try {
    const opened = await openSecret(server, linkKey, mine)
    if (opened.outcome === 'opened') {
      const { text, files, expiresAtMs } = opened.content
      if (text === null || files.length > 0) screen.send({ type: 'ended', page: { at: 'unreadable', why: 'files' } })
      else show(text, Date.now() > expiresAtMs + OVERDUE_MS, opened.ack)
    } else if (opened.outcome === 'gone') endAfterClaim(opened.gone.state, opened.gone.at)
    else if (opened.outcome === 'unknown') end({ at: 'unknown' })
    else screen.send({ type: 'ended', page: { at: 'unreadable', why: opened.outcome === 'unreadable' ? opened.why : 'damaged' } })
  } catch (error) {
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}

function show(text: string, isOverdue: boolean, ack: Ack): void {
  history.replaceState(MARK, '', `${base}s`)
  screen.send({ type: 'shown', text, wasChanged, isOverdue })
  void tellServer(ack)
}

/**
 * Send the ack, quietly and again if need be; the reader waits for nothing. When there is no
 * more use in it, the tab forgets link and claim all the same: the secret is on the page.
 */
async function tellServer(ack: Ack): Promise<void> {
  for (const waitMs of [...ACK_WAITS_MS, null]) {
    try {
      await ackSecret(server, ack)
      screen.send({ type: 'erased' })
      break
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      if (error.code === 'refused' || waitMs === null) break
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  forget()
}

function endAfterClaim(state: Extract<OpenPage, { at: 'gone' }>['end'], atMs: number): void {
  const isMarked = (history.state as { letterlock?: unknown } | null)?.letterlock === MARK.letterlock
  end(isMarked ? { at: 'opened-here' } : { at: 'gone', end: state, atMs })
}

function end(page: Extract<OpenPage, { at: 'gone' | 'unknown' | 'opened-here' }>): void {
  forget()
  screen.send({ type: 'ended', page })
  if (page.at !== 'opened-here') void giveBack()
}

/** The address gets its dead link back, so that a reload says the same again. */
async function giveBack(): Promise<void> {
  if (linkKey !== null) history.replaceState(history.state, '', `${base}s#${await formatLinkToken(linkKey)}`)
}

function forgetIfCleared(page: OpenPage): void {
  if (page.at === 'cleared') forget()
}

function forget(): void {
  keptToken.drop()
  keptClaim.drop()
}

function withText(act: (text: string) => unknown): void {
  const page = screen.state()
  if (page.at === 'after') act(page.text)
}
