import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { AboutView } from '../pages/about/view.tsx'
import { headWords } from '../languages/en.ts'
import { beginCreate } from '../pages/create/state.ts'
import { type CreateHandlers, CreateView } from '../pages/create/view.tsx'
import { NotFoundView } from '../pages/not-found/view.tsx'
import { type OpenHandlers, OpenView } from '../pages/open/view.tsx'
import { type ReceiptHandlers, ReceiptView } from '../pages/receipt/view.tsx'
import { type Asset, Shell } from '../ui/shell.tsx'

/** The files that a page loads. */
export interface PageAssets {
  readonly script: Asset
  /** Its words in other languages. */
  readonly packs: string
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
  create: {
    description: 'Make a link that opens once. The secret is locked on your device; the server cannot read it.',
    view: <CreateView page={beginCreate('')} on={onCreate} times={times} />,
  },
  open: {
    description: 'Someone sent you a secret. It can be shown only once.',
    view: <OpenView page={{ at: 'checking' }} on={onOpen} times={times} />,
  },
  receipt: {
    description: 'See whether a secret was opened, or delete it.',
    view: <ReceiptView page={{ at: 'checking' }} on={onReceipt} times={times} />,
  },
  about: {
    description: 'How Letterlock keeps a secret: what the server can see, what it cannot, and what is not promised.',
    view: <AboutView page={{ at: 'reading' }} />,
  },
  'not-found': { description: 'There is nothing at this address.', view: <NotFoundView /> },
} satisfies Readonly<Record<PageName, { readonly description: string; readonly view: VNode }>>

/** Pages that can do nothing without script. */
const needScript: readonly PageName[] = ['create', 'open', 'receipt']

/** Write the HTML of a page in the state in which it begins. */
export function renderPage(name: PageName, assets: PageAssets): string {
  const { description, view } = pages[name]
  const document = (
    <Shell
      title={headWords[name]}
      description={description}
      isStart={name === 'create'}
      needsScript={needScript.includes(name)}
      {...assets}
    >
      {view}
    </Shell>
  )
  return `<!doctype html>\n${renderToString(document)}\n`
}
