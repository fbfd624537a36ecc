// Runs before the page is drawn, in browsers of any age: so this file keeps to ES5.
import { directionOf, matchLanguage } from './ui/match-language.ts'

// It applies the chosen theme, begins to fetch the reader's language, remembers what is sent
// off before the page's script is there, and says so when this browser cannot lock or unlock
// secrets.

/** The languages there are, written in by the build. */
declare var LANGUAGE_TAGS: readonly string[]

/** How long words in another language than English are waited for, in ms. */
declare var LANGUAGE_MS_MAX: number

;(function () {
  var root = document.documentElement
  root.setAttribute('data-script', '')
  try {
    var theme = localStorage.getItem('letterlock.theme')
    if (theme === 'light' || theme === 'dark') dress(theme)
  } catch {
    // Then the theme is the system's.
  }

  document.addEventListener('submit', function (event) {
    if (root.hasAttribute('data-started')) return
    event.preventDefault()
    root.setAttribute('data-asked', '')
  })

  var page = window as unknown as Record<string, unknown>
  var has = function (holder: unknown, name: string) {
    return holder !== undefined && holder !== null && (holder as Record<string, unknown>)[name] !== undefined
  }
  var isOld =
    !has(page, 'fetch') ||
    !has(page, 'BigInt') ||
    !has(page, 'TextDecoder') ||
    !has(page, 'HTMLDialogElement') ||
    !has(page, 'CSSLayerBlockRule') ||
    !has(page['Symbol'], 'asyncIterator') ||
    !has(page['AbortSignal'], 'timeout') ||
    !has(page['Object'], 'hasOwn') ||
    !has(Array.prototype, 'at') ||
    !has(String.prototype, 'toWellFormed') ||
    !has(page['Intl'], 'RelativeTimeFormat')
  var isLocked = page['isSecureContext'] === true && has(page['crypto'], 'subtle')
  if (!isOld) speak()
  if (!isOld && isLocked) return

  root.setAttribute('data-unfit', isOld ? 'old' : 'plain')
  document.addEventListener('DOMContentLoaded', function () {
    var words = document.getElementById(isOld ? 'unfit-old' : 'unfit-plain')
    var slips = document.querySelectorAll('#page .slip')
    if (words === null || slips.length === 0) return
    words.removeAttribute('hidden')
    for (var i = 0; i < slips.length; i++) (slips[i] as Element).setAttribute('hidden', '')
  })

  /** Decide which language this is, and hide the English words while another is on its way. */
  function speak() {
    var kept = ''
    try {
      kept = match(localStorage.getItem('letterlock.language') || '')
    } catch {
      // Then it is the browser's.
    }
    var wished = navigator.languages || [navigator.language]
    for (var i = 0; kept === '' && i < wished.length; i++) kept = match(wished[i] as string)
    var booted = { pack: null as unknown, match: match, load: load, loadPart: loadWords, mark: mark, dress: dress }
    page['booted'] = booted
    if (kept === '' || kept === 'en') return
    mark(kept)
    root.setAttribute('data-waiting', '')
    booted.pack = load(kept).then(function (pack) {
      if (pack === null) {
        mark('en')
        show()
      }
      return (booted.pack = pack)
    })
    setTimeout(show, LANGUAGE_MS_MAX)
  }

  function show() {
    root.removeAttribute('data-waiting')
  }

  function mark(tag: string) {
    root.lang = tag
    root.dir = directionOf(tag)
  }

  /** The language of ours that a tag asks for, or "". */
  function match(tag: string) {
    return matchLanguage(tag, LANGUAGE_TAGS)
  }

  /** Give the page a look: "light" or "dark", or "" for the system's. What surrounds the page follows. */
  function dress(theme: string) {
    root.setAttribute('data-theme', theme)
    // The first description of its colour that fits is taken: that of the light look stands first.
    var light = document.querySelector('meta[media]') as HTMLMetaElement
    light.media = theme === 'light' ? 'all' : theme === 'dark' ? 'not all' : '(prefers-color-scheme: light)'
  }

  /** The page names its words, each with a hash, beside its script. */
  function load(tag: string): Promise<unknown> {
    var all = (document.querySelector('[data-words]') as Element).getAttribute('data-words') as string
    var found = new RegExp('(\\S+-' + tag + '):(\\w+)').exec(all)
    return found === null ? Promise.resolve(null) : loadWords(found[1] as string, found[2] as string)
  }

  function loadWords(name: string, hash: string): Promise<unknown> {
    var bytes = hash.replace(/../g, function (hex) {
      return String.fromCharCode(parseInt(hex, 16))
    })
    return fetch('assets/' + name + '-' + hash.slice(0, 12) + '.json', {
      integrity: 'sha256-' + btoa(bytes),
      signal: AbortSignal.timeout(LANGUAGE_MS_MAX),
    })
      .then(function (response) {
        return response.ok ? response.json() : null
      })
      .then(null, function () {
        return null
      })
  }
})()
