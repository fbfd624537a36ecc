import { ClientError, peekSecret } from '@letterlock/client'
import { type Pin, parseToken } from '@letterlock/protocol'
import { openWords, questionWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { CHANGED_TAIL, findBase } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { loadPart } from '../../ui/load-part.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { OWN_KEY } from '../../ui/own-links.ts'
import { openShelf } from '../../ui/shelf.ts'
import { startShell } from '../../ui/start-shell.ts'
import { announceOpen, asksBeforeLeavingOpen, placeOpen } from './describe.ts'
import type { EndedPart } from './ended-part.tsx'
import type { Ending } from './ended-state.ts'
import { CHANGED, OPENED, readMark } from './history-mark.ts'
import { WITH_PIN, hadPin, mayHold } from './kept-claim.ts'
import type { Missing, OpenHost, OpenLink, Presented } from './open-host.ts'
import type { PinPart } from './pin-part.tsx'
import type { PinKnown } from './pin-state.ts'
import type { ShownPart } from './shown-part.tsx'
import { type OpenEvent, type OpenPage, type Origin, reduceOpen } from './state.ts'
import { type OpenHandlers, OpenView } from './view.tsx'

/** The fragment that shows the page to a sender: nothing is behind it. */
const PREVIEW = '#preview'

/** How long the secret of a preview is said to wait, in ms. */
const PREVIEW_WAIT_MS = 7 * 86_400_000

speak({ open: openWords, question: questionWords })
const base = findBase(location.href, 's')
const server = connectTo(base)
const keptToken = openShelf('letterlock.token')
const keptClaim = openShelf('letterlock.claim')
let link: OpenLink | null = null
let pinPart: PinPart | null = null
let endedPart: EndedPart | null = null
let shownPart: ShownPart | null = null
/** Whether it was looked up whose link it is; what knows of that may not have come. */
let isOriginKnown = false

const on: OpenHandlers = {
  show({ isTrusted }) {
    if (screen.state().at === 'before' && screen.send({ type: 'pressed', isTrusted }).at === 'opening') void open()
  },
  retry() {
    screen.send({ type: 'retried' })
    void (link === null ? start() : look())
  },
}

const screen = mountScreen<OpenPage, OpenEvent>({
  initial: { at: 'checking' },
  reduce: reduceOpen,
  draw: (page) => present(page)?.view,
  place: placeOpen,
  announce: (page) => present(page)?.said ?? '',
  asksBeforeLeaving: asksBeforeLeavingOpen,
})

const host: OpenHost = {
  base,
  server,
  times,
  words: openWords,
  screen,
  keptToken,
  keptClaim,
  link: () => link,
  takeLink,
  resume,
  open,
  retry: on.retry,
  askPin,
  end,
  endMissing,
  forget,
  loadClaim: () => loadPart('open-claim', base),
  loadFields: () => loadPart('open-fields', base),
  drawOrigin,
}

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('hashchange', () => location.reload())
  addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined))
  void start()
}

/** Every part draws its own states; no state comes before its part. */
function present(page: OpenPage): Presented | undefined {
  switch (page.at) {
    case 'pin':
      return pinPart?.present(page)
    case 'after':
    case 'cleared':
    case 'left':
      return shownPart?.present(page)
    case 'before':
    case 'checking':
    case 'failed':
    case 'opening':
      return { view: <OpenView page={page} on={on} times={times} drawOrigin={drawOrigin} />, said: announceOpen(page) }
    case 'damaged':
    case 'gone':
    case 'newer':
    case 'opened-here':
    case 'unknown':
    case 'unreadable':
      return endedPart?.present(page)
  }
}

function drawOrigin(origin: Origin) {
  return origin === 'sent' ? null : shownPart?.drawOrigin(origin)
}

async function bringShown(): Promise<ShownPart> {
  const { bring } = await loadPart<typeof import('./shown-part.tsx')>('open-shown', base)
  return (shownPart ??= bring(host))
}

async function bringEnded(): Promise<EndedPart> {
  const { bring } = await loadPart<typeof import('./ended-part.tsx')>('open-ended', base)
  return (endedPart ??= bring(host))
}

/** A kept claim may have reached the server, whatever happened to its reply. */
function fail(error: unknown): void {
  screen.send({ type: 'failed', failure: nameFailure(error), wasClaimed: link !== null && mayHold(keptClaim.read()) })
}

/** Find the link: in the address, or kept by this tab from before a reload. What is not there at once is searched for. */
async function start(): Promise<void> {
  try {
    if (location.hash === PREVIEW) return await preview()
    const read = await readLink(location.hash, readMark() === CHANGED.letterlock || location.hash.endsWith(CHANGED_TAIL))
    if (read !== null) await takeLink(read)
    else if (location.href.replace(/#$/, '') === `${base}s`) await resume()
    else await (await bringEnded()).search()
  } catch (error) {
    fail(error)
  }
}

/** Show how this page looks to whoever is sent a link. Nothing is asked, kept or used up. */
async function preview(): Promise<void> {
  await bringShown()
  wait(Date.now() + PREVIEW_WAIT_MS, 'preview')
}

async function resume(): Promise<void> {
  const kept = keptToken.read() ?? ''
  const read = await readLink(`#${kept}`, readMark() === CHANGED.letterlock)
  if (readMark() === OPENED.letterlock && keptClaim.read() === null) await end({ at: 'opened-here' })
  else if (read === null) await end({ at: 'damaged', why: 'empty', wasPasted: false })
  else await takeLink(read)
}

/** Read a fragment strictly: SPEC §3.3, steps 1 to 4. */
async function readLink(fragment: string, wasChanged: boolean): Promise<OpenLink | null> {
  const text = /^#([A-Za-z0-9]*)/.exec(fragment)?.[1] ?? ''
  const token = await parseToken(text)
  return token?.kind === 'link' ? { key: token.linkKey, text, wasChanged } : null
}

/** Nothing is claimed on the way. What a program made of the link is not asked for again, on a reload for example. */
function takeLink(taken: OpenLink): Promise<void> {
  link = taken
  const { text, wasChanged } = link
  if (keptToken.read() !== text) keptClaim.drop()
  keptToken.keep(text)
  if (![`${base}s`, `${base}s#${text}`].includes(location.href)) history.replaceState(wasChanged ? CHANGED : null, '', `${base}s#${text}`)
  screen.send({ type: 'checking' })
  if (keptClaim.read() !== null) screen.send({ type: 'reopening' })
  return look()
}

/**
 * See whether the secret waits; that changes nothing. A kept claim is tried before a secret is
 * believed to be gone, and never without a PIN if it had one, whatever the server says.
 */
async function look(): Promise<void> {
  if (link === null) return
  try {
    const peeked = await peekSecret(server, link.key)
    const isSealed = peeked.outcome === 'sealed'
    const kept = keptClaim.read()
    if (isSealed && peeked.pin !== null) return await askPin({ ...peeked, ...peeked.pin }, false)
    if (kept !== null && !hadPin(kept)) return await open()
    if (isSealed && kept !== null) throw new ClientError('damaged', 'the server no longer knows of a PIN')
    if (isSealed) return wait(peeked.expiresAtMs, await findOrigin())
    // What was opened with the PIN that this tab has sent may be this tab's.
    const mayBeOurs = kept?.endsWith(WITH_PIN) === true && peeked.outcome === 'gone' && peeked.gone.state === 'opened'
    await (mayBeOurs ? askPin({ attemptsLeft: null }, false) : endMissing(peeked))
  } catch (error) {
    fail(error)
  }
}

/** It waits for a press. What opens and shows it is fetched meanwhile; if that fails, the press tries again. */
function wait(expiresAtMs: number, origin: Origin): void {
  screen.send({ type: 'waiting', before: { expiresAtMs, nowMs: Date.now(), wasChanged: link?.wasChanged === true, origin } })
  for (const part of [bringShown(), host.loadClaim(), host.loadFields()]) part.catch(() => {})
}

/** Whose link it is: only a browser that has made some has anything to look up. */
async function findOrigin(): Promise<Origin> {
  isOriginKnown = false
  try {
    const isOwn = link !== null && localStorage.getItem(OWN_KEY) !== null && (await isOwnLink(link))
    isOriginKnown = true
    return isOwn ? 'own' : 'sent'
  } catch {
    return 'sent'
  }
}

async function isOwnLink({ key }: OpenLink): Promise<boolean> {
  const [claim] = await Promise.all([host.loadClaim(), bringShown()])
  return claim.isOwnLink(key)
}

/** Ask for the PIN, with what is loaded only then. @throws ClientError if that does not come. */
async function askPin(known: PinKnown, isWrong: boolean): Promise<void> {
  const { bring } = await loadPart<typeof import('./pin-part.tsx')>('open-pin', base)
  pinPart ??= bring(host)
  pinPart.ask(known, isWrong, await findOrigin())
}

/** Claim and open, once what shows the secret is there, and its maker has been warned: SPEC §8.2. */
async function open(pin: Pin | null = null): Promise<void> {
  try {
    const [part] = await Promise.all([bringShown(), host.loadClaim()])
    if (!isOriginKnown && keptClaim.read() === null && (await findOrigin()) === 'own')
      return await (pin === null ? look() : pinPart?.warn())
    await part.open(pin)
  } catch (error) {
    fail(error)
  }
}

/** Say why there is nothing to show, once what says so is there. */
async function end(ending: Ending): Promise<void> {
  try {
    const part = await bringEnded()
    part.end(ending)
  } catch (error) {
    fail(error)
  }
}

/** Nothing is there to be opened: say why, or that it was opened here. */
async function endMissing(missing: Missing): Promise<void> {
  forget()
  if (readMark() === OPENED.letterlock) return end({ at: 'opened-here' })
  await end(missing.outcome === 'gone' ? { at: 'gone', end: missing.gone.state, atMs: missing.gone.at } : { at: 'unknown' })
  // The address gets its dead link back, so that a reload says the same again.
  if (link !== null) history.replaceState(history.state, '', `${base}s#${link.text}`)
}

function forget(): void {
  keptToken.drop()
  keptClaim.drop()
}
