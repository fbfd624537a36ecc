// What /s loads before it claims anything: it shows the secret, the page once it is cleared, and
// both for show.
import { shownWords } from '../../languages/en.ts'
import { adoptStyle } from '../../ui/adopt-style.ts'
import { copyText } from '../../ui/copy-text.ts'
import { saveAsFile } from '../../ui/save-as-file.ts'
import { announceShown } from './describe-shown.ts'
import { OPENED } from './history-mark.ts'
import type { OpenHost, Presented } from './open-host.ts'
import { OriginNote } from './origin-note.tsx'
import style from './shown.css'
import { type Shown, type ShownEvent, type ShownPage, beginShown, reduceShown } from './shown-state.ts'
import { type ShownHandlers, ShownView } from './shown-view.tsx'
import { watchUse } from './watch-use.ts'

/** A clock this far past the time that was sealed in is worth a warning, in ms. SPEC §5.3. */
const OVERDUE_MS = 48 * 3_600_000

/** What the part says by itself. */
export const sections = { shown: shownWords }

export type ShownPart = ReturnType<typeof bring>

/** Bring what opens and shows a secret to life. */
export function bring(host: OpenHost) {
  const { base, server, screen, times, words } = host
  const used = new AbortController()
  const find = (): ShownPage | null => {
    const page = screen.state()
    return 'isPreview' in page ? page : null
  }
  const send = (event: ShownEvent): ShownPage | null => {
    const page = find()
    if (page !== null) screen.send({ type: 'shown', page: reduceShown(page, event) })
    return find()
  }
  const on = makeHandlers(find, send, () => {
    used.abort()
    if (find()?.isPreview === false) host.forget()
  })
  const show = (shown: Parameters<typeof beginShown>[0]) => {
    screen.send({ type: 'shown', page: beginShown(shown) })
    watchUse(() => hide(send), used.signal)
  }
  adoptStyle(style)
  addEventListener('pagehide', () => send({ type: 'left' }))

  return {
    /** Claim, open and show, with what does so. @throws ClientError, or what the PIN's stretch throws. */
    async open(pin: Parameters<OpenHost['open']>[0] | null): Promise<void> {
      const link = host.link()
      if (link === null) return show({ text: shownWords.sample, wasChanged: false, isOverdue: false, isPreview: true })
      const { claimSecret, confirmOpened } = await host.loadClaim()
      const opened = await claimSecret(host, link, pin)
      if (opened === null) return
      const { text, files, expiresAtMs } = opened.content
      if (text === null || files.length > 0) return host.end({ at: 'unreadable', why: 'files' })
      history.replaceState(OPENED, '', `${base}s`)
      show({ text, wasChanged: link.wasChanged, isOverdue: Date.now() > expiresAtMs + OVERDUE_MS, isPreview: false })
      void host.loadFields().then(
        ({ findFields }) => send({ type: 'found', fields: findFields(text) }),
        () => {},
      )
      void confirmOpened(server, opened.ack).then((isErased) => {
        if (isErased) send({ type: 'erased' })
        // When there is no more use in it, the tab forgets link and claim all the same: the secret is on the page.
        host.forget()
      })
    },
    drawOrigin: (origin: 'own' | 'preview') => <OriginNote origin={origin} words={words} />,
    present: (page: ShownPage): Presented => ({
      view: <ShownView page={page} on={on} times={times} openWords={words} />,
      said: announceShown(page),
    }),
  }
}

function makeHandlers(find: () => ShownPage | null, send: (event: ShownEvent) => ShownPage | null, clear: () => void): ShownHandlers {
  const withSecret = (act: (page: Shown) => unknown) => {
    const page = find()
    if (page?.at === 'after') void act(page)
  }
  return {
    copy: (row) =>
      withSecret(async ({ text, rows }) => {
        const isDone = await copyText(row === null ? text : (rows[row]?.value ?? ''))
        send({ type: 'copied', copy: { row, isDone } })
      }),
    hide: () => void send({ type: 'hid' }),
    save: () =>
      withSecret(({ text }) => {
        saveAsFile(text, shownWords.fileName)
        send({ type: 'saved' })
      }),
    print() {
      send({ type: 'printing' })
      print()
    },
    keepOpen() {
      send({ type: 'kept-open' })
      focusOn('#kept-open')
    },
    clear() {
      if (send({ type: 'clearing' })?.at === 'cleared') clear()
    },
    answer(isYes) {
      if (send({ type: 'answered', isYes })?.at === 'cleared') clear()
    },
    empty: () =>
      void emptyClipboard().then((isDone) => {
        send({ type: 'emptied', isDone })
        focusOn('#clipboard')
      }),
  }
}

/** Where the browser does not take nothing, a space takes the place of what was copied. */
async function emptyClipboard(): Promise<boolean> {
  try {
    await navigator.clipboard.writeText('')
    return true
  } catch {
    return copyText(' ')
  }
}

/** Hide what nobody looks at. If that takes away what had the focus, the focus stays near. */
function hide(send: (event: ShownEvent) => unknown): void {
  const focused = document.activeElement
  send({ type: 'idle' })
  if (focused?.isConnected === false) focusOn('.secret')
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus()
}
