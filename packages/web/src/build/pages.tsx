import { renderToString } from 'preact-render-to-string'
import { AboutView } from '../pages/about/view.tsx'
import { aboutWords } from '../pages/about/words.ts'
import { beginCreate } from '../pages/create/state.ts'
import { type CreateHandlers, CreateView } from '../pages/create/view.tsx'
import { createWords } from '../pages/create/words.ts'
import { NotFoundView } from '../pages/not-found/view.tsx'
import { notFoundWords } from '../pages/not-found/words.ts'
import { type OpenHandlers, OpenView } from '../pages/open/view.tsx'
import { openHead } from '../pages/open/words.ts'
import { type ReceiptHandlers, ReceiptView } from '../pages/receipt/view.tsx'
import { receiptWords } from '../pages/receipt/words.ts'
import { type Asset, Shell } from '../ui/shell.tsx'

/** The files that a page loads. */
export interface PageAssets {
  readonly script: Asset
  readonly iconUrl: string
}

export type PageName = 'create' | 'open' | 'receipt' | 'about' | 'not-found'

const times = { locale: 'en', timeZone: 'UTC' }
const nothing = () => {}
const onCreate: CreateHandlers = {
  write: nothing,
  choose: nothing,
  unfoldPin: nothing,
  writePin: nothing,
  makeUpPin: nothing,
  chooseAttempts: nothing,
  submit: nothing,
  copy: nothing,
  startOver: nothing,
  answer: nothing,
}
const onOpen: OpenHandlers = {
  show: nothing,
  retry: nothing,
  paste: nothing,
  copy: nothing,
  hide: nothing,
  save: nothing,
  print: nothing,
  clear: nothing,
  answer: nothing,
}
const onReceipt: ReceiptHandlers = { check: nothing, delete: nothing, answer: nothing, paste: nothing }

const pages = {
  create: { words: createWords, needsScript: true, view: <CreateView page={beginCreate('')} on={onCreate} times={times} /> },
  open: { words: openHead, needsScript: true, view: <OpenView page={{ at: 'checking' }} on={onOpen} times={times} /> },
  receipt: { words: receiptWords, needsScript: true, view: <ReceiptView page={{ at: 'checking' }} on={onReceipt} times={times} /> },
  about: { words: aboutWords, needsScript: false, view: <AboutView page={{ at: 'reading' }} /> },
  'not-found': { words: notFoundWords, needsScript: false, view: <NotFoundView /> },
}

/** Write the HTML of a page in the state in which it begins. */
export function renderPage(name: PageName, assets: PageAssets): string {
  const { words, needsScript, view } = pages[name]
  const document = (
    <Shell title={words.page} description={words.description} isStart={name === 'create'} needsScript={needsScript} {...assets}>
      {view}
    </Shell>
  )
  return `<!doctype html>\n${renderToString(document)}\n`
}
