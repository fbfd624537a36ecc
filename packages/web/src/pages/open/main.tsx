import { type Ack, ClientError, type Peeked, ackSecret, openSecret, peekSecret } from '@letterlock/client'
import {
  type Bytes,
  KEY_BYTES,
  type Pin,
  type Token,
  decodeBase64url,
  encodeBase64url,
  findToken,
  formatLinkToken,
  formatReceiptToken,
  randomBytes,
} from '@letterlock/protocol'
import { openWords, questionWords } from '../../languages/en.ts'
import type { ComponentChild } from 'preact'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findBase, findTokenText } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { loadPart } from '../../ui/load-part.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { saveAsFile } from '../../ui/save-as-file.ts'
import { openShelf } from '../../ui/shelf.ts'
import { startShell } from '../../ui/start-shell.ts'
import { announceOpen, asksBeforeLeavingOpen, placeOpen } from './describe.ts'
import type { PinKnown, PinPart } from './pin-part.tsx'
import { type Ended, type OpenEvent, type OpenPage, reduceOpen } from './state.ts'
import { type OpenHandlers, OpenView } from './view.tsx'

const MARK = { letterlock: 'opened' } as const

/** A clock this far past the time that was sealed in is worth a warning, in ms. SPEC §5.3. */
const OVERDUE_MS = 48 * 3_600_000

/** Waits between tries of the ack, in ms; together they stay within the lease. */
const ACK_WAITS_MS = [500, 2_000, 5_000, 15_000, 60_000, 120_000, 240_000]

speak({ open: openWords, question: questionWords })
const base = findBase(location.href, 's')
const server = connectTo(base)
const keptToken = openShelf('letterlock.token')
const keptClaim = openShelf('letterlock.claim')
let linkKey: Bytes | null = null
let wasChanged = false
let pinPart: PinPart | null = null
let endedPart: typeof import('./ended-part.tsx') | null = null
let shownPart: typeof import('./shown-part.tsx') | null = null

const on: OpenHandlers = {
  show(event) {
    if (screen.state().at === 'before' && screen.send({ type: 'pressed', isTrusted: event.isTrusted }).at === 'opening') void open()
  },
  retry() {
    screen.send({ type: 'retried' })
    void look()
  },
  paste: (text) => void take(text, true),
  copy: () => withText(async (text) => screen.send({ type: 'copied', wasCopied: await copyText(text) })),
  hide: () => void screen.send({ type: 'hid' }),
  save: () =>
    withText((text) => {
      saveAsFile(text, shownPart?.sections.shown.fileName ?? 'secret.txt')
      screen.send({ type: 'saved' })
    }),
  print() {
    screen.send({ type: 'printing' })
    print()
  },
  clear: () => forgetIfCleared(screen.send({ type: 'clearing' })),
  answer: (isYes) => forgetIfCleared(screen.send({ type: 'answered', isYes })),
}

const screen = mountScreen<OpenPage, OpenEvent>({
  initial: { at: 'checking' },
  reduce: reduceOpen,
  draw,
  place: placeOpen,
  announce: (page) => announce(page) ?? '',
  asksBeforeLeaving: asksBeforeLeavingOpen,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('hashchange', () => location.reload())
  addEventListener('pagehide', () => screen.send({ type: 'left' }))
  addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined))
  void start()
}

/** Every part draws its own states; no state comes before its part. */
function draw(page: OpenPage): ComponentChild {
  switch (page.at) {
    case 'pin':
      return pinPart?.draw(page)
    case 'after':
    case 'cleared':
      return shownPart?.ShownView({ page, on })
    case 'before':
    case 'checking':
    case 'failed':
    case 'opening':
      return <OpenView page={page} on={on} times={times} />
    case 'damaged':
    case 'gone':
    case 'newer':
    case 'opened-here':
    case 'unknown':
    case 'unreadable':
      return endedPart?.EndedView({ page, on, times })
  }
}

function announce(page: OpenPage): string | undefined {
  switch (page.at) {
    case 'pin':
      return pinPart?.announce(page)
    case 'after':
    case 'cleared':
      return shownPart?.announceShown(page)
    case 'before':
    case 'checking':
    case 'failed':
    case 'opening':
      return announceOpen(page)
    case 'damaged':
    case 'gone':
    case 'newer':
    case 'opened-here':
    case 'unknown':
    case 'unreadable':
      return endedPart?.announceEnded(page)
  }
}

/** Say why there is nothing to show, once what says so is there. */
async function end(page: Ended): Promise<void> {
  try {
    endedPart = await loadPart('open-ended', base)
    screen.send({ type: 'ended', page })
  } catch (error) {
    fail(error)
  }
}

/** A kept claim may have reached the server, whatever happened to its reply. */
function fail(error: unknown): void {
  screen.send({ type: 'failed', failure: nameFailure(error), wasClaimed: keptClaim.read() !== null })
}

/** Find the link: in the address, or kept by this tab from before a reload. */
async function start(): Promise<void> {
  const found = findTokenText(location.href)
  wasChanged = found?.wasChanged === true
  if (found !== null) return take(found.text, false)
  const kept = keptToken.read()
  if (isMarked() && keptClaim.read() === null) return end({ at: 'opened-here' })
  if (kept === null) return end({ at: 'damaged', wasPasted: false })
  return take(kept, false)
}

/** Take a link to where it belongs. Nothing is claimed on the way. */
async function take(text: string, wasPasted: boolean): Promise<void> {
  const token = await findToken(text, 'link')
  if (token === null) await end({ at: 'damaged', wasPasted })
  else if (token.kind === 'receipt') location.replace(`${base}receipt#${await formatReceiptToken(token.id, token.receiptKey)}`)
  else if (token.kind === 'link') await takeLink(token)
  else await end({ at: 'newer' })
}

async function takeLink(token: Extract<Token, { kind: 'link' }>): Promise<void> {
  linkKey = token.linkKey
  const text = await formatLinkToken(linkKey)
  if (keptToken.read() !== text) keptClaim.drop()
  keptToken.keep(text)
  // What a program made of the link is not asked for again, on a reload for example; the fragment never leaves the device.
  if (![`${base}s`, `${base}s#${text}`].includes(location.href)) history.replaceState(null, '', `${base}s#${text}`)
  screen.send({ type: 'checking' })
  if (keptClaim.read() !== null) screen.send({ type: 'reopening' })
  return look()
}

/**
 * See whether the secret waits; that changes nothing. A kept claim is tried before a secret is
 * believed to be gone, but not before a PIN is typed: a claim without it would use up a try.
 */
async function look(): Promise<void> {
  if (linkKey === null) return
  try {
    const peeked = await peekSecret(server, linkKey)
    if (peeked.outcome === 'sealed' && peeked.pin !== null) await askPin({ ...peeked, ...peeked.pin })
    else if (keptClaim.read() !== null) await open()
    else if (peeked.outcome === 'sealed') await wait(peeked.expiresAtMs)
    else await endMissing(peeked)
  } catch (error) {
    fail(error)
  }
}

/** It waits for a press. What shows it is fetched meanwhile; if that fails, the press tries again. */
async function wait(expiresAtMs: number): Promise<void> {
  screen.send({ type: 'waiting', expiresAtMs, nowMs: Date.now(), wasChanged })
  await loadPart('open-shown', base).catch(() => {})
}

/** Ask for the PIN, with what is loaded only then. @throws ClientError if that does not come. */
async function askPin(known: PinKnown, isWrong = false): Promise<void> {
  pinPart ??= (await loadPart<typeof import('./pin-part.tsx')>('open-pin', base)).bringPin({
    base,
    times,
    words: openWords,
    wasChanged,
    screen,
    open,
  })
  pinPart.ask(known, isWrong)
}

/** Claim and open. The claim is kept before it leaves, so that a lost reply or a reload loses nothing. */
async function open(pin: Pin | null = null): Promise<void> {
  if (linkKey === null) return
  const claim = decodeBase64url(keptClaim.read() ?? '') ?? new Uint8Array(0)
  const mine = claim.length === KEY_BYTES ? claim : randomBytes(KEY_BYTES)
  try {
    // What shows the secret is there before it is claimed.
    shownPart = await loadPart('open-shown', base)
    const isSafe = keptClaim.keep(encodeBase64url(mine)) && keptToken.keep(await formatLinkToken(linkKey))
    if (isSafe) history.replaceState(history.state, '', `${base}s`)
    const opened = await openSecret(server, linkKey, mine, pin)
    if (opened.outcome === 'opened') {
      const { text, files, expiresAtMs } = opened.content
      if (text === null || files.length > 0) await end({ at: 'unreadable', why: 'files' })
      else show(text, Date.now() > expiresAtMs + OVERDUE_MS, opened.ack)
    } else if (opened.outcome === 'unreadable') await end({ at: 'unreadable', why: opened.why })
    else if (opened.outcome !== 'pin_wrong') await endMissing(opened)
    else if (opened.attemptsLeft === 0) await endMissing({ outcome: 'gone', gone: { state: 'locked', at: Date.now() } })
    else await askPin(opened, pin !== null)
  } catch (error) {
    fail(error)
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

/** Nothing is there to be opened: say why, or that it was opened here. */
async function endMissing(missing: Extract<Peeked, { outcome: 'gone' | 'unknown' }>): Promise<void> {
  forget()
  if (isMarked()) return end({ at: 'opened-here' })
  const page =
    missing.outcome === 'gone' ? ({ at: 'gone', end: missing.gone.state, atMs: missing.gone.at } as const) : ({ at: 'unknown' } as const)
  await end(page)
  await giveBack()
}

/** Whether a secret was shown in this entry of the tab's history. */
function isMarked(): boolean {
  return (history.state as { letterlock?: unknown } | null)?.letterlock === MARK.letterlock
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
