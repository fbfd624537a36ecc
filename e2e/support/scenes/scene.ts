import type { Page } from 'playwright-core'

/** Bring a page into one state of its own. Where a server takes days to get there, its answer stands in its place. */
export type Scene = (page: Page, base: string) => Promise<void>

/** Scenes by their names, which begin with the page that they are of. */
export type Scenes = Readonly<Record<string, Scene>>

export const HOUR_MS = 3_600_000

/** A letter with what would break a narrow page. */
export const LETTER = `Hello Ada,\n\n  network   Lighthouse 5G\n  password  kT7-vQm2!xRw9LpZc4\n\nشكرا — see you.\n${'unbroken'.repeat(60)}`

/** Wait until the page says this. */
export const said = (page: Page, words: string) => page.locator('#page').getByText(words).first().waitFor()

/** What the browser says in scenes where a file of the page does not come. */
export const MISSING = /ERR_FAILED.*\/assets\/[a-z]+-[a-z]+-/
