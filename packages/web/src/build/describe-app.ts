import { createWords, shellWords } from '../languages/en.ts'

/**
 * The manifest by which a system installs the pages as an app. All its addresses are relative
 * to it. It names no `id`: that would be read from the root of the origin, so that two
 * instances under two paths of one origin would be one app; without it, its first page is.
 */
export function describeApp(): string {
  const icon = (file: string, side: number, purpose: 'any' | 'maskable') => ({
    src: file,
    sizes: `${side}x${side}`,
    type: 'image/png',
    purpose,
  })
  const app = {
    name: 'Letterlock',
    short_name: 'Letterlock',
    description: `${createWords.title}. ${shellWords.promise}`,
    lang: 'en',
    dir: 'ltr',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#f3f0e7',
    theme_color: '#f3f0e7',
    icons: [icon('icon-192.png', 192, 'any'), icon('icon-512.png', 512, 'any'), icon('icon-maskable-512.png', 512, 'maskable')],
  }
  return `${JSON.stringify(app, null, 2)}\n`
}
