import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { formatTable } from './statistics.ts'

const DIST = new URL('../packages/web/dist/', import.meta.url)

const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/s': 's.html',
  '/receipt': 'receipt.html',
  '/receipts': 'receipts.html',
  '/about': 'about.html',
  '/accessibility': 'accessibility.html',
  'not found': '404.html',
}

/** What each built page costs on the wire: HTML and every style and script that it names, in bytes after brotli. */
export function describePageWeights(): string {
  const rows = Object.entries(PAGES).map(([url, file]) => {
    const html = readFileSync(new URL(file, DIST), 'utf8')
    const css = sum([...html.matchAll(/<link [^>]*rel="stylesheet"[^>]*href="([^"]+)"/g)].map(([, href]) => weigh(href as string)))
    const js = sum([...html.matchAll(/<script [^>]*src="([^"]+)"/g)].map(([, src]) => weigh(src as string)))
    const parts = [weigh(file), css, js]
    return [url, ...parts, sum(parts)].map(String)
  })
  return formatTable([['page', 'HTML', 'CSS', 'JS', 'total'], ...rows])
}

function weigh(file: string): number {
  try {
    return readFileSync(new URL(`${file}.br`, DIST)).length
  } catch {
    return brotliCompressSync(readFileSync(new URL(file, DIST))).length
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
