// Runs before the page is drawn, in browsers of any age: so this file keeps to ES5.
// It applies the chosen theme, remembers what is sent off before the page's script is there,
// and says so when this browser cannot lock or unlock secrets.

;(function () {
  var root = document.documentElement
  root.setAttribute('data-script', '')
  try {
    var theme = localStorage.getItem('letterlock.theme')
    if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme)
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
  if (!isOld && isLocked) return

  root.setAttribute('data-unfit', isOld ? 'old' : 'plain')
  document.addEventListener('DOMContentLoaded', function () {
    var words = document.getElementById(isOld ? 'unfit-old' : 'unfit-plain')
    var slips = document.querySelectorAll('#page .slip')
    if (words === null || slips.length === 0) return
    words.removeAttribute('hidden')
    for (var i = 0; i < slips.length; i++) (slips[i] as Element).setAttribute('hidden', '')
  })
})()
