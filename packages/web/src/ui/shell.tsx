import type { ComponentChildren } from 'preact'
import { shellWords as words } from './shell-words.ts'

/** A file that the page loads, with the hash that the browser holds it to. */
export interface Asset {
  readonly url: string
  readonly integrity: string
}

interface ShellProps {
  readonly title: string
  readonly description: string
  readonly isStart: boolean
  /** Without script this page can do nothing, and says so. */
  readonly needsScript: boolean
  readonly script: Asset
  readonly iconUrl: string
  readonly children: ComponentChildren
}

/** What is drawn first needs no script; Preact's types do not know the attribute yet. */
const late = { fetchpriority: 'low' }

/** The document around a page. All its addresses are relative, so it works under any path. */
export function Shell({ title, description, isStart, needsScript, script, iconUrl, children }: ShellProps) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={description} />
        <meta name="robots" content="noindex, nofollow, noarchive" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f0e7" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#12181a" />
        <script type="module" {...late} src={script.url} integrity={script.integrity} crossorigin="anonymous" />
        <link rel="icon" href={iconUrl} type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <Top isStart={isStart} />
        <main id="main" tabIndex={-1} data-needs-script={needsScript}>
          <div id="page">{children}</div>
          {needsScript ? <Unfit /> : null}
        </main>
        <Foot />
        <p id="live" class="unseen" role="status" />
      </body>
    </html>
  )
}

/** What stands in place of the action where the browser cannot do it. */
function Unfit() {
  return (
    <>
      <p class="note" data-kind="warn" id="unfit-old" hidden>
        {words.tooOld}
      </p>
      <p class="note" data-kind="warn" id="unfit-plain" hidden>
        {words.plainHttp}
      </p>
      <noscript>
        <p class="note" data-kind="warn">
          {words.noScript}
        </p>
      </noscript>
    </>
  )
}

function Top({ isStart }: { readonly isStart: boolean }) {
  return (
    <header class="top">
      <a class="brand" href="./">
        <svg width="28" height="28" viewBox="0 0 28 28" fill="none" stroke="currentColor" stroke-width="2.2" aria-hidden="true">
          <path d="M6 3h16a2 2 0 0 1 2 2v6a3 3 0 0 0 0 6v6a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-6a3 3 0 0 0 0-6V5a2 2 0 0 1 2-2z" />
          <path d="M10.5 14h7" stroke-dasharray="2 2.5" />
        </svg>
        {words.brand}
      </a>
      <a href="./" aria-label={words.startLabel} aria-current={isStart ? 'page' : undefined}>
        {words.start}
      </a>
    </header>
  )
}

function Foot() {
  return (
    <footer class="foot">
      <p>{words.promise}</p>
      <a href="about">{words.about}</a>
      <label class="theme">
        {words.theme}
        <select autocomplete="off">
          <option value="auto">{words.themes.auto}</option>
          <option value="light">{words.themes.light}</option>
          <option value="dark">{words.themes.dark}</option>
        </select>
      </label>
    </footer>
  )
}
