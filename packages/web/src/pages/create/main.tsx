import { ClientError, type PreparedSecret, createSecret, prepareSecret, readInstance } from '@letterlock/client'
import { type Instance, TOKEN_PAGES, countTextBytesMax } from '@letterlock/protocol'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findBase } from '../../ui/find-base.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { startShell } from '../../ui/start-shell.ts'
import { pickLocale } from '../../ui/times.ts'
import { announceCreate, asksBeforeLeavingCreate, placeCreate } from './describe.ts'
import { type CreateEvent, type CreatePage, type Draft, beginCreate, pickLifetime, reduceCreate } from './state.ts'
import { type CreateHandlers, CreateView } from './view.tsx'

/** A secret that was sealed, with what it was made of: while that is unchanged, it is sent again as it is. */
interface Attempt extends Draft {
  readonly prepared: PreparedSecret
}

const base = findBase(location.href, '')
const server = connectTo(base)
const times = { locale: pickLocale(navigator.languages) }
let linkBase = base
let attempt: Attempt | null = null

const on: CreateHandlers = {
  write: (text) => void screen.send({ type: 'wrote', text }),
  choose: (lifetimeMs) => void screen.send({ type: 'chose', lifetimeMs }),
  submit() {
    if (screen.state().at === 'writing' && screen.send({ type: 'submitted' }).at === 'sending') void send()
    else if (screen.state().at === 'writing') document.getElementById('text')?.focus()
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

startShell()
if (document.documentElement.dataset['unfit'] === undefined) {
  addEventListener('pagehide', () => {
    attempt = null
    screen.send({ type: 'left' })
  })
  // A phone would answer the focus with its keyboard, over half of the page.
  const isFree = document.activeElement === document.body
  if (isFree && matchMedia('(hover: hover) and (min-height: 40rem)').matches) document.getElementById('text')?.focus()
  void learnOffer()
  if (document.documentElement.dataset['asked'] !== undefined) on.submit()
}

/** Ask what this instance takes. Until it answers, the defaults stand; the server has the last word. */
async function learnOffer(): Promise<void> {
  try {
    const instance = await readInstance(server)
    linkBase = findLinkBase(instance)
    const { lifetimesMs, defaultLifetimeMs, limits } = instance
    const textBytesMax = countTextBytesMax(Math.min(limits.inlineBytes, limits.sealedBytes))
    screen.send({ type: 'offered', offer: { lifetimesMs, defaultLifetimeMs, textBytesMax } })
  } catch (error) {
    nameFailure(error)
  }
}

/** Lock the draft and send it. After a failure the same secret is sent again, so one is made, not two. */
async function send(): Promise<void> {
  const page = screen.state()
  if (page.at !== 'sending') return
  const { text } = page.draft
  const lifetimeMs = pickLifetime(page.draft, page.offer)
  try {
    const isSame = attempt?.text === text && attempt.lifetimeMs === lifetimeMs
    const prepared = isSame && attempt !== null ? attempt.prepared : await prepareSecret({ text, files: [] }, lifetimeMs, Date.now())
    attempt = { text, lifetimeMs, prepared }
    screen.send({ type: 'locked' })
    const { expiresAtMs } = await createSecret(server, prepared)
    screen.send({
      type: 'made',
      made: {
        link: `${linkBase}${TOKEN_PAGES.link}#${prepared.linkToken}`,
        receiptLink: `${linkBase}${TOKEN_PAGES.receipt}#${prepared.receiptToken}`,
        expiresAtMs,
        nowMs: Date.now(),
      },
    })
    attempt = null
  } catch (error) {
    if (error instanceof ClientError && error.code === 'refused') attempt = null
    screen.send({ type: 'failed', failure: nameFailure(error) })
  }
}

async function copy(what: 'link' | 'receipt'): Promise<void> {
  const page = screen.state()
  if (page.at !== 'ready') return
  const wasCopied = await copyText(what === 'link' ? page.made.link : page.made.receiptLink)
  screen.send({ type: 'copied', copied: wasCopied ? what : 'refused' })
}

function findLinkBase({ publicUrl }: Instance): string {
  if (publicUrl === null || !URL.canParse(publicUrl)) return base
  const url = new URL(publicUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return base
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}
