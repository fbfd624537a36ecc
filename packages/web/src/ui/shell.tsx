import type { ComponentChildren } from 'preact'
import { shellWords as words } from '../languages/en.ts'
import { LANGUAGES } from '../languages/languages.ts'
import { untranslated } from './untranslated.ts'

/** A file that the page loads, with the hash that the browser holds it to. */
export interface Asset {
  readonly url: string
  readonly integrity: string
}

/** How the brand looks on every page. */
export interface Look {
  /** The icon, as an address that holds it. */
  readonly iconUrl: string
  /** The lines of the mark, as a path in a square of 32 units. */
  readonly mark: string
}

/** What a page is given by the build. */
export interface PageAssets extends Look {
  readonly script: Asset
  /** Its words in other languages, each name with the hash of its file: boot.ts reads it. */
  readonly packs: string
  readonly isInstallable: boolean
}

interface ShellProps extends PageAssets {
  /** The page's own name, by which links to it know that they lead here. */
  readonly name: string
  readonly title: string
  /** Without script this page can do nothing, and says so. */
  readonly needsScript: boolean
  readonly children: ComponentChildren
}

/** What is drawn first needs no script; Preact's types do not know the attribute yet. */
const late = { fetchpriority: 'low' }

/** The document around a page. All its addresses are relative, so it works under any path. */
export function Shell({ name, title, needsScript, script, packs, isInstallable, children, ...look }: ShellProps) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <HeadWords title={title} />
        <script type="module" {...late} src={script.url} integrity={script.integrity} crossorigin="anonymous" data-words={packs} />
        <link rel="icon" href={look.iconUrl} type="image/svg+xml" />
        {isInstallable ? (
          <>
            <link rel="manifest" href="manifest.webmanifest" />
            <link rel="apple-touch-icon" href="apple-touch-icon.png" />
          </>
        ) : null}
      </head>
      <body>
        <a class="skip" href="#main" data-word="skip">
          {words.skip}
        </a>
        <header class="top">
          <Brand mark={look.mark} />
          <a href="./" aria-label={words.startLabel} aria-current={name === 'create' ? 'page' : undefined} data-word="start" data-label="">
            {words.start}
          </a>
        </header>
        <main id="main" tabIndex={-1} data-needs-script={needsScript}>
          <div id="page">{children}</div>
          {needsScript ? <Unfit /> : null}
        </main>
        <Foot name={name} />
        <p id="live" class="unseen" role="status" />
      </body>
    </html>
  )
}

/** The document around a page that holds all that it needs, and leads nowhere else. */
export function BareShell({ title, iconUrl, mark, children }: Look & Pick<ShellProps, 'title' | 'children'>) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <HeadWords title={title} />
        <link rel="icon" href={iconUrl} type="image/svg+xml" />
      </head>
      <body>
        <header class="top">
          <Brand mark={mark} />
        </header>
        <main>
          <div id="page">{children}</div>
        </main>
      </body>
    </html>
  )
}

/**
 * What a tab, a chat or a system says of a page. But for the title it is the same on every
 * page, so that a preview tells nothing of a link. The address of its picture is relative, as
 * all of ours are, since the pages do not know where they stand: whoever reads it as a
 * browser would finds it, and anyone else shows the words alone.
 */
function HeadWords({ title }: { readonly title: string }) {
  return (
    <>
      <meta charset="utf-8" />
      <title>{title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="description" property="og:description" content={words.promise} />
      <meta property="og:title" content="A link that opens once" />
      <meta property="og:image" content="preview.png" />
      <meta name="robots" content="noindex, nofollow, noarchive" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f0e7" />
      <meta name="theme-color" content="#12181a" />
    </>
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

function Brand({ mark }: Pick<Look, 'mark'>) {
  return (
    <a class="brand" href="./">
      <svg width="32" height="32" viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
        <path fill-rule="evenodd" d={mark} />
      </svg>
      Letterlock
    </a>
  )
}

/** Pages that every page leads to, by their names, which are their addresses. */
const LINKS = ['about', 'receipts', 'accessibility'] as const

function Foot({ name }: Pick<ShellProps, 'name'>) {
  return (
    <footer class="foot">
      <p data-word="promise">{words.promise}</p>
      <nav>
        {LINKS.map((link) => (
          <a key={link} href={link} aria-current={name === link ? 'page' : undefined} data-word={link}>
            {words[link]}
          </a>
        ))}
      </nav>
      <div class="row">
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
            <option value="" data-word="themeAuto">
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
      </div>
      <p id="language-lost" data-word="languageLost" hidden>
        {words.languageLost}
      </p>
    </footer>
  )
}
