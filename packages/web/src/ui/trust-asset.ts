/** The worker that shows the offline page stands beside the pages: it sees only what lies below it. */
export const OFFLINE_WORKER = 'offline-worker.js'

/** Whether this page may have that worker: written in by the build. */
declare const IS_INSTALLABLE: boolean

/** What makes an address out of the name of a file. */
interface Rules {
  createScriptURL(file: string): string
}

/** What Trusted Types let this page do, where the browser has them. */
interface TrustingPage {
  trustedTypes?: { createPolicy(name: string, rules: Rules): Rules }
  letterlock?: Rules
}

/**
 * The address of a script of ours, trusted as such: the one policy that the page's headers
 * allow gives addresses inside its own assets folder, and that of the {@link OFFLINE_WORKER}
 * where the page can be installed, and throws a `TypeError` at anything else. A page and its
 * parts are bundles of their own, so it stands where both find it. SPEC §8.3.
 *
 * @param file - as the build names it; a number behind a # asks for it afresh.
 * @param base - where the instance is, ending with a slash.
 */
export function trustAsset(file: string, base: string): string {
  const page = globalThis as TrustingPage
  const ours = IS_INSTALLABLE ? /^(?:assets\/\w[\w.#-]+|offline-worker\.js)$/ : /^assets\/\w[\w.#-]+$/
  const rules: Rules = { createScriptURL: (asked) => base + (ours.exec(asked) as RegExpExecArray)[0] }
  page.letterlock ??= page.trustedTypes?.createPolicy('letterlock', rules) ?? rules
  return page.letterlock.createScriptURL(file)
}
