import type { Page } from 'playwright-core'

/** Bring a page into one state of its own. Where a server takes days to get there, its answer stands in its place. */
export type Scene = (page: Page, base: string) => Promise<void>

/** Scenes by their names, which begin with the page that they are of. */
export type Scenes = Readonly<Record<string, Scene>>

/** A letter with what would break a narrow page. */
export const LETTER = `Hello Ada,\n\n  network   Lighthouse 5G\n  password  kT7-vQm2!xRw9LpZc4\n\nشكرا — see you.\n${'unbroken'.repeat(60)}`

/** What stretches PINs. */
export const STRETCH = /\/assets\/stretch-/

/** Let the stretch of a PIN come as far as its middle, and no further. */
export const stretchHalfway = (page: Page) => answerStretch(page, '{ progress: 0.5 }')

/** Let the stretch of a PIN be done at once, where nobody opens what is locked with it. */
export const stretchAtOnce = (page: Page) => answerStretch(page, '{ stretched: new Uint8Array(32) }')

const answerStretch = (page: Page, reply: string) =>
  page.route(STRETCH, async (route) => {
    return route.fulfill({ response: await route.fetch(), body: `onmessage = () => postMessage(${reply})` })
  })

/** Let this browser share nothing for the page. */
export const refuseSharing = (page: Page) =>
  page.addInitScript(() => {
    navigator.share = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
  })

/** Let this browser keep nothing for the page. */
export const refuseKeeping = (page: Page) =>
  page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
  })
