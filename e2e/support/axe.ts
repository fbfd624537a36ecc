import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

/** What axe-core says of a page, a line each. */
export interface Finding {
  /** What breaks a rule. */
  readonly wrong: readonly string[]
  /** What it could not decide, and has to be looked at by other means. */
  readonly undecided: readonly string[]
  /** How many texts it has measured and found to have a contrast of 7 : 1, or 4.5 : 1 where they are large. */
  readonly contrasts: number
}

let script: string | null = null

/** Hold a page to the rules of axe-core. Its script runs past the page's policy, which would refuse it. */
export async function runAxe(page: Page): Promise<Finding> {
  script ??= await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: `globalThis.axe ?? (() => {${script}})()` })
  const expression = `(async () => {
    const tell = (rules) => rules.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html + ' ' + (any[0]?.message ?? '')))
    const options = { rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations', 'incomplete', 'passes'] }
    const { violations, incomplete, passes } = await axe.run(document, options)
    const contrasts = passes.find(({ id }) => id === 'color-contrast-enhanced')?.nodes.length ?? 0
    return { wrong: tell(violations), undecided: tell(incomplete), contrasts }
  })()`
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  await session.detach()
  if (exceptionDetails !== undefined) throw new Error(`axe-core did not run: ${exceptionDetails.exception?.description}`)
  return result.value as Finding
}
