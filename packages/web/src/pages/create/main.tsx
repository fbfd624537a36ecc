import { ClientError, type PreparedSecret, createSecret, prepareSecret, readInstance } from '@letterlock/client'
import { type Instance, type Stretch, TOKEN_PAGES, countTextBytesMax, foldPin } from '@letterlock/protocol'
import { createWords, madeWords, problemWords, questionWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findBase } from '../../ui/find-base.ts'
import { speak, times } from '../../ui/language.ts'
import { leadStray } from '../../ui/lead-stray.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { startShell } from '../../ui/start-shell.ts'
import { type Stretcher, createStretcher } from '../../ui/stretch-pin.ts'
import { announceCreate, asksBeforeLeavingCreate, describeCopy, placeCreate } from './describe.ts'
import { makeUpPin, pickAttempts } from './pin.ts'
import {
  type CopyTarget,
  type CreateEvent,
  type CreatePage,
  type Draft,
  type Offer,
  beginCreate,
  pickLifetime,
  reduceCreate,
} from './state.ts'
import { type CreateHandlers, CreateView } from './view.tsx'

/** A secret that was sealed, with what it was made of: while that is unchanged, it is sent again as it is. */
interface Attempt {
  /** Text, lifetime, PIN and attempts. */
  readonly made: string
  readonly prepared: PreparedSecret
}

/** The device could not work with the PIN: no memory, or no worker. */
const UNABLE = new Error('the PIN could not be stretched')

speak({ create: createWords, made: madeWords, question: questionWords, problem: problemWords })
const base = findBase(location.href, '')
const server = connectTo(base)
let linkBase = base
let attempt: Attempt | null = null
let stretcher: Stretcher | null = null

const on: CreateHandlers = {
  write: (text) => void screen.send({ type: 'wrote', text }),
  choose: (lifetimeMs) => void screen.send({ type: 'chose', lifetimeMs }),
  unfoldPin(isOpen) {
    screen.send({ type: 'pin-unfolded', isOpen })
    document.getElementById(isOpen ? 'pin' : 'pin-unfold')?.focus()
    if (isOpen) useStretcher().warm()
  },
  writePin: (text) => void screen.send({ type: 'pin-wrote', text }),
  makeUpPin: () => void screen.send({ type: 'pin-wrote', text: makeUpPin() }),
  chooseAttempts: (attempts) => void screen.send({ type: 'pin-chose', attempts }),
  submit() {
    if (screen.state().at !== 'writing') return
    const page = screen.send({ type: 'submitted' })
    if (page.at === 'sending') void send()
    else if (page.at === 'writing') document.getElementById(page.trouble?.kind.startsWith('pin-') === true ? 'pin' : 'text')?.focus()
  },
  copy: (what) => void copy(what),
  startOver: () => void screen.send({ type: 'starting-over' }),
  answer: (isYes) => void screen.send({ type: 'answered', isYes }),
}

const screen = mountScreen<CreatePage, CreateEvent>({
  initial: beginCreate(document.querySelector('textarea')?.value ?? '', Number(document.querySelector('select')?.value)),
  reduce: reduceCreate,
  draw: (page) => <CreateView page={page} on={on} times={times} />,
  place: placeCreate,
  announce: (page) => announceCreate(page, times.locale),
  asksBeforeLeaving: asksBeforeLeavingCreate,
})

startShell(screen.redraw)
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('pagehide', () => {
    attempt = null
    stretcher = null
    screen.send({ type: 'left' })
  })
  // A phone would answer the focus with its keyboard, over half of the page.
  const isFree = document.activeElement === document.body
  if (isFree && matchMedia('(hover: hover) and (min-height: 40rem)').matches) document.getElementById('text')?.focus()
  void leadStray(base)
  void learnOffer()
  if (document.documentElement.dataset['asked'] !== undefined) on.submit()
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

/** Lock the draft and send it. After a failure the same secret is sent again, so one is made, not two. */
async function send(): Promise<void> {
  const page = screen.state()
  if (page.at !== 'sending') return
  const { draft, offer } = page
  try {
    const prepared = await prepare(draft, offer)
    screen.send({ type: 'locked' })
    const { expiresAtMs } = await createSecret(server, prepared)
    screen.send({
      type: 'made',
      made: {
        link: `${linkBase}${TOKEN_PAGES.link}#${prepared.linkToken}`,
        receiptLink: `${linkBase}${TOKEN_PAGES.receipt}#${prepared.receiptToken}`,
        pin: draft.pin === null ? null : foldPin(draft.pin.text),
        expiresAtMs,
        nowMs: Date.now(),
      },
    })
    attempt = null
    stretcher = null
  } catch (error) {
    if (error instanceof ClientError && error.code === 'refused') attempt = null
    screen.send({ type: 'failed', failure: error === UNABLE ? { kind: 'unable' } : nameFailure(error) })
  }
}

/** Seal a draft, unless it is what was sealed before. */
async function prepare(draft: Draft, offer: Offer): Promise<PreparedSecret> {
  const { text, pin } = draft
  const lifetimeMs = pickLifetime(draft, offer)
  const lock = pin === null ? null : { pin: { text: foldPin(pin.text) ?? '', stretch }, attempts: pickAttempts(pin, offer.attempts) }
  const made = JSON.stringify([text, lifetimeMs, lock?.pin.text, lock?.attempts])
  if (attempt?.made === made) return attempt.prepared
  const prepared = await prepareSecret({ text, files: [] }, lifetimeMs, Date.now(), lock)
  attempt = { made, prepared }
  return prepared
}

async function copy(what: CopyTarget): Promise<void> {
  const page = screen.state()
  if (page.at !== 'ready') return
  const wasCopied = await copyText(describeCopy(what, page.made, times))
  screen.send({ type: 'copied', copied: wasCopied ? what : 'refused' })
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
