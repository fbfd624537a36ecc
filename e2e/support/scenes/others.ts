import { accessibilityWords, offlineWords } from '../../../packages/web/src/languages/en.ts'
import { seeHeading } from '../steps.ts'
import { type Scenes } from './scene.ts'

export const otherScenes: Scenes = {
  about: async (page, base) => {
    await Promise.all([page.waitForResponse(/\/api\/v1\/instance$/), page.goto(`${base}about`)])
  },
  accessibility: (page, base) => page.goto(`${base}accessibility`).then(() => seeHeading(page, accessibilityWords.title)),
  offline: (page, base) => page.goto(`${base}offline`).then(() => seeHeading(page, offlineWords.title)),
  'not found': async (page, base) => void (await page.goto(`${base}nothing/here`)),
}
