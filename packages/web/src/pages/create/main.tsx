import { type PreparedSecret, createSecret, prepareSecret, readInstance } from '@letterlock/client'
import { type Instance, type Stretch, TOKEN_PAGES, countTextBytesMax, foldPin } from '@letterlock/protocol'
import type { ComponentChild } from 'preact'
import { createWords, plainGenerator, plainMade, problemWords, questionWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findBase } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { leadStray } from '../../ui/lead-stray.ts'
import { loadPart } from '../../ui/load-part.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { rememberOwn } from '../../ui/own-links.ts'
import { startShell } from '../../ui/start-shell.ts'
import { type Stretcher, createStretcher } from '../../ui/stretch-pin.ts'
import { wait } from '../../ui/wait.ts'
import { announceDraft, asksBeforeLeavingCreate, isOfPin, placeCreate } from './describe.ts'
import { type Draft, type Offer, pickLifetime } from './draft.ts'
import type { GeneratorPart } from './generator-part.tsx'
import type { MadePart } from './made-part.tsx'
import { type Made, beginMade, noteLast } from './made-state.ts'
import { makeUpPin, pickAttempts } from './pin.ts'
import { PlainMade } from './plain-made.tsx'
import { type Batch, type Sent, sendAll } from './send-all.ts'
import { type CreateEvent, type CreatePage, type Generator, beginCreate, reduceCreate } from './state.ts'
import { type CreateHandlers, CreateView } from './view.tsx'

/** The device could not work with the PIN: no memory, or no worker. */
const UNABLE = new Error('the PIN could not be stretched')

/** Once a link is made, it waits no longer for the part that shows it well, in ms. */
const PART_MS_MAX = 3_000

/** In the fragment, it says that this is to answer somebody. */
const REPLY = '#reply'

speak({ create: createWords, made: plainMade, generator: plainGenerator, question: questionWords, problem: problemWords })
const base = findBase(location.href, '')
const server = connectTo(base)
let linkBase = base
let batch: Batch | null = null
let leaving = new AbortController()
let stretcher: Stretcher | null = null
let generatorPart: GeneratorPart | null = null
let madePart: MadePart | null = null
let bringing: Promise<void> | null = null

const on: CreateHandlers = {
  write(text) {
    screen.send({ type: 'wrote', text })
    bringing ??= bringMade()
  },
  generate: () => void generate(),
  choose: (lifetimeMs) => void screen.send({ type: 'chose', lifetimeMs }),
  count: (people) => void screen.send({ type: 'counted', people }),
  unfoldPin(isOpen) {
    screen.send({ type: 'pin-unfolded', isOpen })
    document.getElementById(isOpen ? 'pin' : 'pin-unfold')?.focus()
    if (isOpen) useStretcher().warm()
  },
  writePin: (text) => void screen.send({ type: 'pin-wrote', text }),
  makeUpPin: () => void screen.send({ type: 'pin-made-up', text: makeUpPin() }),
  chooseAttempts: (attempts) => void screen.send({ type: 'pin-chose', attempts }),
  submit() {
    if (screen.state().at !== 'writing') return
    const page = screen.send({ type: 'submitted' })
    if (page.at === 'sending') void send()
    else if (page.at === 'writing') document.getElementById(isOfPin(page.trouble) ? 'pin' : 'text')?.focus()
  },
}

const screen = mountScreen<CreatePage, CreateEvent>({
  initial: begin(),
  reduce: reduceCreate,
  draw,
  place: placeCreate,
  announce,
  asksBeforeLeaving: asksBeforeLeavingCreate,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('pagehide', () => {
    madePart?.leave()
    leaving.abort()
    leaving = new AbortController()
    letGo()
    screen.send({ type: 'left' })
  })
  // A phone would answer the focus with its keyboard, over half of the page.
  const isFree = document.activeElement === document.body
  if (isFree && matchMedia('(hover: hover) and (min-height: 40rem)').matches) document.getElementById('text')?.focus()
  void leadStray(base)
  void learnOffer()
  if (document.documentElement.dataset['asked'] !== undefined) on.submit()
}

/** What was typed and chosen before this script was there; the mark of a reply leaves the address bar. */
function begin(): CreatePage {
  const isReply = location.hash === REPLY
  if (isReply) history.replaceState(null, '', location.pathname + location.search)
  const choice = (id: string) => Number(document.querySelector<HTMLSelectElement>(`#${id}`)?.value)
  return beginCreate(document.querySelector('textarea')?.value ?? '', choice('lifetime'), choice('people'), isReply)
}

/** Every part draws its own states. A link that was made is shown even where its part has not come. */
function draw(page: CreatePage): ComponentChild {
  if (page.at === 'ready')
    return madePart?.draw(page.made) ?? <PlainMade made={page.made} onCopy={(index) => void copyPlainly(index)} locale={times.locale} />
  const generator = page.at === 'writing' && page.generator?.at === 'open' ? generatorPart?.draw(page.generator) : null
  return <CreateView page={page} on={on} times={times} generator={generator} />
}

function announce(page: CreatePage): string {
  if (page.at === 'ready') return madePart?.announce(page.made) ?? (page.made.last === null ? plainMade.title : announceCopied(page.made))
  const said = announceDraft(page, times.locale)
  return said === '' && page.at === 'writing' ? announceGenerator(page.generator) : said
}

function announceGenerator(generator: Generator): string {
  if (generator?.at === 'unavailable') return plainGenerator.unavailable
  return generator === null ? '' : (generatorPart?.announce(generator) ?? '')
}

function announceCopied({ last }: Made): string {
  return last === 'refused' ? plainMade.copyRefused : plainMade.copied
}

/** Ask what this instance takes. Until it answers, the defaults stand; the server has the last word. */
async function learnOffer(): Promise<void> {
  try {
    const instance = await readInstance(server)
    linkBase = findLinkBase(instance)
    const { lifetimesMs, defaultLifetimeMs, limits, attempts } = instance
    const textBytesMax = countTextBytesMax(Math.min(limits.inlineBytes, limits.sealedBytes))
    screen.send({ type: 'offered', offer: { lifetimesMs, defaultLifetimeMs, textBytesMax, attempts } })
  } catch (error) {
    nameFailure(error)
  }
}

/** Unfold or fold away what makes up passwords; it is loaded the first time. */
async function generate(): Promise<void> {
  const page = screen.state()
  if (page.at !== 'writing' || page.generator?.at === 'loading') return
  if (page.generator?.at === 'open') return void screen.send({ type: 'generator', generator: null })
  screen.send({ type: 'generator', generator: { at: 'loading' } })
  try {
    generatorPart ??= (await loadPart<typeof import('./generator-part.tsx')>('create-generator', base)).bringGenerator({ times, screen })
    const page = screen.state()
    if (page.at === 'writing' && page.generator?.at === 'loading') generatorPart.open()
  } catch (error) {
    nameFailure(error)
    screen.send({ type: 'generator', generator: { at: 'unavailable' } })
  }
}

/** Load what shows links; if it comes late, it draws them anew. Until then they are shown plainly. */
async function bringMade(): Promise<void> {
  if (madePart !== null) return
  try {
    const part = await loadPart<typeof import('./made-part.tsx')>('create-made', base)
    if (madePart !== null) return
    madePart = part.bringMade({ times, screen, loadQr: () => loadPart<typeof import('./qr-part.ts')>('create-qr', base) })
    madePart.begin()
  } catch (error) {
    // The plain list is there all the same.
    madePart = null
    nameFailure(error)
  }
}

/** Lock the draft and send it, once for each person. What was made before a failure is not made again. */
async function send(): Promise<void> {
  const page = screen.state()
  if (page.at !== 'sending') return
  const { draft, offer } = page
  const mine = takeBatch(draft, offer)
  const { signal } = leaving
  const part = bringMade()
  try {
    await sendAll(mine, draft.people, {
      prepare: () => prepare(draft, offer),
      async create(prepared) {
        const created = await createSecret(server, prepared)
        await rememberOwn(prepared.id)
        return created
      },
      wait: (ms) => wait(ms, signal),
      onStep: (step) => void screen.send({ type: 'working', step, done: mine.sent.length }),
      isWanted: () => batch === mine,
    })
    // What shows the links may break in ways of its own: they are shown all the same.
    await Promise.race([part.catch(reportError), wait(PART_MS_MAX, signal)])
    if (batch !== mine) return
    screen.send({ type: 'made', made: describeMade(mine.sent, draft) })
    letGo()
    madePart?.begin()
  } catch (error) {
    const failure = error === UNABLE ? ({ kind: 'unable' } as const) : nameFailure(error)
    if (batch === mine) screen.send({ type: 'failed', failure, done: mine.sent.length })
  }
}

/** Nothing of what was sent is needed any more, or may stay. */
function letGo(): void {
  batch = null
  stretcher?.end()
  stretcher = null
}

/** The secrets of this draft: those that were begun before, if it is the same. */
function takeBatch(draft: Draft, offer: Offer): Batch {
  const { text, pin } = draft
  const locked = pin === null ? [] : [foldPin(pin.text), pickAttempts(pin, offer.attempts)]
  const madeOf = JSON.stringify([text, pickLifetime(draft, offer), ...locked])
  if (batch?.madeOf !== madeOf) batch = { madeOf, pending: null, sent: [] }
  return batch
}

function prepare(draft: Draft, offer: Offer): Promise<PreparedSecret> {
  const { text, pin } = draft
  const lock = pin === null ? null : { pin: { text: foldPin(pin.text) ?? '', stretch }, attempts: pickAttempts(pin, offer.attempts) }
  return prepareSecret({ text, files: [] }, pickLifetime(draft, offer), Date.now(), lock)
}

function describeMade(sent: readonly Sent[], { pin }: Draft): Made {
  const links = sent.map(({ prepared: { linkToken, receiptToken } }) => ({
    link: `${linkBase}${TOKEN_PAGES.link}#${linkToken}`,
    receiptLink: `${linkBase}${TOKEN_PAGES.receipt}#${receiptToken}`,
    receiptToken,
  }))
  const told = pin === null ? null : { text: foldPin(pin.text) ?? '', isMadeUp: pin.isMadeUp }
  return beginMade(links, told, Math.min(...sent.map(({ expiresAtMs }) => expiresAtMs)), Date.now())
}

async function copyPlainly(index: number): Promise<void> {
  const made = findMade()
  const wasCopied = await copyText(made?.links[index]?.link ?? '')
  if (made !== null && made === findMade()) screen.send({ type: 'made', made: noteLast(made, wasCopied ? { link: index } : 'refused') })
}

function findMade(): Made | null {
  const page = screen.state()
  return page.at === 'ready' ? page.made : null
}

function findLinkBase({ publicUrl }: Instance): string {
  if (publicUrl === null || !URL.canParse(publicUrl)) return base
  const url = new URL(publicUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return base
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

function useStretcher(): Stretcher {
  stretcher ??= createStretcher(base, (share) => screen.send({ type: 'stretching', share }))
  return stretcher
}

const stretch: Stretch = async (password, salt) => {
  try {
    return await useStretcher().stretch(password, salt)
  } catch {
    throw UNABLE
  }
}
