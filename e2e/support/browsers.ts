import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, firefox } from 'playwright-core'

/** Quiet, alone, and without a word to anyone but the page. */
export const CHROMIUM_ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: CHROMIUM_ARGS })
}

/**
 * Debian's own Firefox, driven over WebDriver BiDi; its profile and its home are gone when it is closed.
 *
 * @param prefs - what is set otherwise than as delivered, by the names of about:config.
 */
export async function launchFirefox(prefs: Readonly<Record<string, boolean>> = {}): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'letterlock-firefox-'))
  const browser = await firefox.launch({
    channel: 'moz-firefox',
    executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
    env: { ...process.env, HOME: home },
    firefoxUserPrefs: { ...prefs },
  })
  browser.on('disconnected', () => rmSync(home, { recursive: true, force: true }))
  return browser
}
