import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { headWords } from '../languages/en.ts'
import { AboutView } from '../pages/about/view.tsx'
import { AccessibilityView } from '../pages/accessibility/view.tsx'
import { beginCreate } from '../pages/create/state.ts'
import { type CreateHandlers, CreateView } from '../pages/create/view.tsx'
import { NotFoundView } from '../pages/not-found/view.tsx'
import { OfflineView } from '../pages/offline/view.tsx'
import { type OpenHandlers, OpenView } from '../pages/open/view.tsx'
import { type ReceiptHandlers, ReceiptView } from '../pages/receipt/view.tsx'
import { type ReceiptsHandlers, ReceiptsView } from '../pages/receipts/view.tsx'
import { type Look, type PageAssets, BareShell, Shell } from '../ui/shell.tsx'

export type PageName = 'create' | 'open' | 'receipt' | 'receipts' | 'about' | 'accessibility' | 'not-found'

/** What this file is to the build. */
export interface Renderer {
  readonly renderPage: typeof renderPage
  readonly renderOffline: typeof renderOffline
}

const times = { locale: 'en', timeZone: 'UTC' }
const nothing = () => {}
const onCreate: CreateHandlers = {
  write: nothing,
  generate: nothing,
  choose: nothing,
  count: nothing,
  unfoldPin: nothing,
  writePin: nothing,
  makeUpPin: nothing,
  chooseAttempts: nothing,
  submit: nothing,
}
const onOpen: OpenHandlers = { show: nothing, retry: nothing }
const onReceipt: ReceiptHandlers = { check: nothing, paste: nothing }

const onReceipts: ReceiptsHandlers = { forget: nothing, forgetAll: nothing, answer: nothing, keep: nothing }

const pages: Readonly<Record<PageName, VNode>> = {
  create: <CreateView page={beginCreate('')} on={onCreate} times={times} />,
  open: <OpenView page={{ at: 'checking' }} on={onOpen} times={times} drawOrigin={() => null} />,
  receipt: <ReceiptView page={{ at: 'checking' }} on={onReceipt} />,
  receipts: <ReceiptsView page={{ at: 'starting' }} on={onReceipts} times={times} />,
  about: <AboutView page={{ at: 'reading' }} />,
  accessibility: <AccessibilityView tag="en" />,
  'not-found': <NotFoundView />,
}

/** Pages that can do nothing without script. */
const needScript: readonly PageName[] = ['create', 'open', 'receipt', 'receipts']

/** Write the HTML of a page in the state in which it begins. */
export function renderPage(name: PageName, assets: PageAssets): string {
  return write(
    <Shell name={name} title={headWords[name]} needsScript={needScript.includes(name)} {...assets}>
      {pages[name]}
    </Shell>,
  )
}

/** Write the HTML of the page that says that there is no connection. */
export function renderOffline(look: Look): string {
  return write(
    <BareShell title={headWords.offline} {...look}>
      <OfflineView />
    </BareShell>,
  )
}

function write(document: VNode): string {
  return `<!doctype html>\n${renderToString(document)}\n`
}
