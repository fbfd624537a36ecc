import { aboutWords, accessibilityWords, notFoundWords, offlineWords } from '../../../packages/web/src/languages/en.ts'
import { CALLS, answer, seeHeading, seeSaid } from '../steps.ts'
import { type Scene, type Scenes } from './scene.ts'

/** Read whom to write to, as the server says it. */
const writeTo = (abuseContact: string): Scene => {
  return async (page, base) => {
    await page.route(CALLS.instance, async (route) => {
      const response = await route.fetch()
      return route.fulfill({ response, json: { ...((await response.json()) as object), abuseContact } })
    })
    await page.goto(`${base}about`)
    await seeSaid(page, abuseContact)
  }
}

export const otherScenes: Scenes = {
  about: async (page, base) => {
    await page.goto(`${base}about`)
    await seeSaid(page, aboutWords.reportNobody)
  },
  'about, somebody to write to': writeTo('abuse@letterlock.example'),
  'about, asking': async (page, base) => {
    await answer(page, 'GET', CALLS.instance, 'never')
    await page.goto(`${base}about`)
    await seeSaid(page, aboutWords.reportReading)
  },
  'about, unreachable': async (page, base) => {
    await answer(page, 'GET', CALLS.instance, 'lost')
    await page.goto(`${base}about`)
    await seeSaid(page, aboutWords.reportUnknown)
  },
  accessibility: (page, base) => page.goto(`${base}accessibility`).then(() => seeHeading(page, accessibilityWords.title)),
  offline: (page, base) => page.goto(`${base}offline`).then(() => seeHeading(page, offlineWords.title)),
  'not found': (page, base) => page.goto(`${base}nothing/here`).then(() => seeHeading(page, notFoundWords.title)),
}
