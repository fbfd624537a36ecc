import assert from 'node:assert/strict'
import type { End } from '../../../packages/protocol/src/index.ts'
import { endedWords, openWords } from '../../../packages/web/src/languages/en.ts'
import type { WhyUnreadable } from '../../../packages/web/src/pages/open/ended-state.ts'
import { NEWER_TOKEN } from '../ends.ts'
import { keepContent, keepPlaintext } from '../odd-secrets.ts'
import { CALLS, HOUR_MS, button, comeTo, keepSecret, press, refusal, refuseCopies, seeHeading, seeSaid } from '../steps.ts'
import { meet, open } from './open.ts'
import { type Scene, type Scenes } from './scene.ts'

const A_FILE = { name: 'plan.txt', type: 'text/plain', bytes: new Uint8Array(3) }

const gone = (end: End) =>
  meet('GET', CALLS.one, refusal(410, 'gone', { state: end, at: Date.now() - 26 * HOUR_MS }), () => endedWords[end])

const damage = (mangle: (linkToken: string) => string, words: () => string): Scene => {
  return async (page, base) => {
    const { linkToken } = await keepSecret(base)
    await page.goto(`${base}s#${mangle(linkToken)}`)
    await seeSaid(page, words())
  }
}

/** Open what cannot be shown. */
function unreadable(why: WhyUnreadable, keep: (base: string) => Promise<string>): Scene {
  return async (page, base) => {
    await comeTo(page, await keep(base))
    await press(page, openWords.show)
    await seeSaid(page, endedWords.unreadableWhy[why])
    // Where only the sender can help, nothing is offered that cannot.
    assert.equal(await button(page, endedWords.retry).count(), 0)
  }
}

/** Why there is nothing to show on /s. */
export const openEndedScenes: Scenes = {
  'open, opened here': async (page, base) => {
    await open(page, base)
    await page.reload()
    await seeHeading(page, endedWords.openedHere)
  },
  'open, opened': gone('opened'),
  'open, opened, asked': async (page, base) => {
    await gone('opened')(page, base)
    await press(page, endedWords.askForNew)
    await seeSaid(page, endedWords.askCopied)
  },
  'open, locked, ask refused': async (page, base) => {
    await refuseCopies(page)
    await gone('locked')(page, base)
    await press(page, endedWords.askForNew)
    await seeSaid(page, endedWords.askText.locked)
  },
  'open, expired': gone('expired'),
  'open, burned': gone('burned'),
  'open, locked': gone('locked'),
  'open, lost': gone('lost'),
  'open, unknown': meet('GET', CALLS.one, refusal(404, 'not_found'), () => endedWords.unknown),
  'open, unreadable': meet(
    'POST',
    CALLS.claim,
    {
      status: 200,
      body: {
        share: Buffer.alloc(32).toString('base64url'),
        leaseUntil: Date.now() + HOUR_MS,
        sealedBytes: 72,
        sealed: Buffer.alloc(72).toString('base64url'),
      },
    },
    () => endedWords.unreadable,
    true,
  ),
  'open, unreadable, malformed': unreadable('malformed', (base) => keepPlaintext(base, new Uint8Array(1024).fill(1, 0, 1))),
  'open, unreadable, newer': unreadable('newer', (base) => keepPlaintext(base, new Uint8Array(1024).fill(2, 0, 1))),
  'open, unreadable, files': unreadable('files', (base) => keepContent(base, { text: 'Here it is.', files: [A_FILE] })),
  'open, damaged': async (page, base) => {
    await page.goto(`${base}s#damaged`)
    await seeHeading(page, endedWords.damaged)
  },
  'open, damaged, cut': damage(
    (token) => token.slice(0, -4),
    () => endedWords.damagedWhy.cut,
  ),
  'open, damaged, letter case': damage(
    (token) => token.toLowerCase(),
    () => endedWords.damagedWhy['letter-case'],
  ),
  'open, damaged, changed': damage(
    (token) => token.slice(0, -1) + (token.endsWith('z') ? 'y' : 'z'),
    () => endedWords.damagedWhy.changed,
  ),
  'open, damaged, empty': async (page, base) => {
    await page.goto(`${base}s`)
    await seeSaid(page, endedWords.damagedWhy.empty)
  },
  'open, newer': async (page, base) => {
    await page.goto(`${base}s#${NEWER_TOKEN}`)
    await seeHeading(page, endedWords.newer)
  },
  'open, still damaged': async (page, base) => {
    await page.goto(`${base}s#damaged`)
    await page.getByLabel(endedWords.paste).fill('this neither')
    await press(page, endedWords.useLink)
    await seeSaid(page, endedWords.stillDamaged)
  },
}
