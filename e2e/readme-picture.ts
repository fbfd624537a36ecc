// Draws docs/pages.png, the picture in README.md: a link being made, and the same link before
// it is opened: npm run readme-picture
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchChromium } from './support/browsers.ts'

const SIZE = { width: 500, height: 640 }
const FOLDER = mkdtempSync(join(tmpdir(), 'letterlock-picture-'))

const server = spawn(process.execPath, ['--conditions=source', fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))], {
  env: { ...process.env, LETTERLOCK_PORT: '0', LETTERLOCK_DATA_DIR: FOLDER, LETTERLOCK_PUBLIC_URL: 'https://secrets.example.org/' },
  stdio: ['ignore', 'pipe', 'ignore'],
})
const url = await new Promise<string>((resolve) => {
  server.stdout.on('data', (text: Buffer) => {
    const found = /http:\S+/.exec(text.toString())?.[0]
    if (found !== undefined) resolve(found)
  })
})
const browser = await launchChromium()
try {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 2, locale: 'en-GB', colorScheme: 'light' })
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Your secret' }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Create link' }).click()
  const link = await page.getByRole('textbox', { name: 'Send this link to one person' }).inputValue()
  const made = await page.screenshot()
  const reader = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 2, locale: 'en-GB', colorScheme: 'light' })
  await reader.goto(link.replace('https://secrets.example.org/', url))
  await reader.getByText('It waits until').waitFor()
  const waiting = await reader.screenshot()
  const sheet = await browser.newPage({ viewport: { width: 2 * SIZE.width + 24, height: SIZE.height }, deviceScaleFactor: 2 })
  const pictures = [made, waiting].map((picture) => `<img width="${SIZE.width}" src="data:image/png;base64,${picture.toString('base64')}">`)
  await sheet.setContent(`<body style="margin:0;display:flex;gap:24px;background:#fff">${pictures.join('')}`)
  await sheet.screenshot({ path: fileURLToPath(new URL('../docs/pages.png', import.meta.url)) })
} finally {
  await browser.close()
  server.kill('SIGTERM')
  await new Promise((resolve) => server.once('exit', resolve))
  rmSync(FOLDER, { recursive: true, force: true })
}
