import type { ComponentChildren } from 'preact'
import { shellWords as words } from '../languages/en.ts'
import { LANGUAGES } from '../languages/languages.ts'
import { untranslated } from './untranslated.ts'

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
  /** Its words in other languages, each name with the hash of its file: boot.ts reads it. */
  readonly packs: string
  readonly iconUrl: string
  readonly children: ComponentChildren
}

/** What is drawn first needs no script; Preact's types do not know the attribute yet. */
const late = { fetchpriority: 'low' }

/** The document around a page. All its addresses are relative, so it works under any path. */
export function Shell({ title, description, isStart, needsScript, script, packs, iconUrl, children }: ShellProps) {
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
        <script type="module" {...late} src={script.url} integrity={script.integrity} crossorigin="anonymous" data-words={packs} />
        <link rel="icon" href={iconUrl} type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main" data-word="skip">
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
      <p class="note" data-kind="warn" id="unfit-old" data-word="tooOld" hidden>
        {words.tooOld}
      </p>
      <p class="note" data-kind="warn" id="unfit-plain" data-word="plainHttp" hidden>
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
        Letterlock
      </a>
      <a href="./" aria-label={words.startLabel} aria-current={isStart ? 'page' : undefined} data-word="start" data-label="">
        {words.start}
      </a>
    </header>
  )
}

function Foot() {
  return (
    <footer class="foot">
      <p data-word="promise">{words.promise}</p>
      <nav>
        <a href="about" data-word="about">
          {words.about}
        </a>
      </nav>
      <label class="choice language">
        <span data-word="language">{words.language}</span>
        <select autocomplete="off" {...untranslated}>
          {LANGUAGES.map(({ tag, name }) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="choice theme">
        <span data-word="theme">{words.theme}</span>
        <select autocomplete="off">
          <option value="auto" data-word="themeAuto">
            {words.themeAuto}
          </option>
          <option value="light" data-word="themeLight">
            {words.themeLight}
          </option>
          <option value="dark" data-word="themeDark">
            {words.themeDark}
          </option>
        </select>
      </label>
      <p id="language-lost" data-word="languageLost" hidden>
        {words.languageLost}
      </p>
    </footer>
  )
}
