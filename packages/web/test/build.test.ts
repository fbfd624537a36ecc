import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { buildPages } from '../build.ts'
import { LANGUAGES } from '../src/languages/languages.ts'
import type { Translation } from '../src/languages/translation.ts'

interface Manifest {
  readonly version: string
  readonly inline: Readonly<Record<'scripts' | 'styles', readonly string[]>>
  readonly files: Readonly<
    Record<
      string,
      {
        readonly file: string
        readonly type: string
        readonly cache: string
        readonly armour: string
        readonly sha256: string
        readonly brotli: boolean
      }
    >
  >
}

describe('the build', () => {
  let folder = ''
  let manifest: Manifest
  const read = (file: string) => readFile(join(folder, 'one', file))

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'letterlock-build-'))
    await buildPages(join(folder, 'one'))
    manifest = JSON.parse((await read('manifest.json')).toString()) as Manifest
  })

  after(() => rm(folder, { recursive: true }))

  test('gives the same bytes in another folder', async () => {
    const other = join(folder, 'some', 'where else')
    await buildPages(other)
    const names = (await readdir(other, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(other.length + 1))
    assert.ok(names.length > 25)
    for (const name of names) assert.ok((await read(name)).equals(await readFile(join(other, name))), name)
  })

  test('lists every address with the hash of its file, and a brotli twin that says the same', async () => {
    const pages = ['/', '/s', '/receipt', '/receipts', '/about', '/accessibility', '/offline', '/404']
    const known = ['/favicon.svg', '/favicon.ico', '/robots.txt', '/manifest.webmanifest', '/offline-worker.js', '/preview.png']
    for (const url of [...pages, ...known]) assert.ok(manifest.files[url], url)
    for (const { file, sha256, brotli } of Object.values(manifest.files)) {
      const bytes = await read(file)
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
      if (brotli) assert.ok(brotliDecompressSync(await read(`${file}.br`)).equals(bytes))
    }
  })

  test('names for ever only what is named by its content', () => {
    for (const [url, { cache }] of Object.entries(manifest.files))
      assert.equal(cache === 'immutable', /^\/assets\/[\w-]+-[0-9a-f]{12}\.\w+$/.test(url), url)
  })

  test('holds every script and style to its hash, inside the page and out, and has no absolute address', async () => {
    for (const { file } of Object.values(manifest.files).filter(({ type }) => type.startsWith('text/html'))) {
      const html = (await read(file)).toString()
      for (const tag of html.match(/<script [^>]*src=[^>]*>/g) ?? []) {
        const [, url] = /(?:src|href)="([^"]+)"/.exec(tag) ?? []
        const [, integrity] = /integrity="sha256-([^"]+)" crossorigin="anonymous"/.exec(tag) ?? []
        assert.equal(
          createHash('sha256')
            .update(await read(url ?? ''))
            .digest('base64'),
          integrity,
          tag,
        )
      }
      const inside = [...html.matchAll(/<(script|style)>([^]*?)<\/\1>/g)].map(([, kind, text]) => [
        kind,
        `sha256-${createHash('sha256')
          .update(text ?? '')
          .digest('base64')}`,
      ])
      assert.deepEqual(
        inside.map(([kind]) => kind),
        ['script', 'style'],
      )
      assert.ok(manifest.inline.scripts.includes(inside[0]?.[1] ?? '') && manifest.inline.styles.includes(inside[1]?.[1] ?? ''), file)
      const markup = html.replaceAll(/<(script|style)>[^]*?<\/\1>/g, '')
      assert.doesNotMatch(markup, /<style|style="|\son\w+="|(?:src|href)="(?:\/|https?:)|<script[^>]*>[^<]|rel="stylesheet"/)
    }
  })

  test('leaves each script in one piece, without a string that becomes markup or code', async () => {
    for (const { file } of Object.values(manifest.files).filter(({ file: name }) => name.endsWith('.js'))) {
      const code = (await read(file)).toString()
      // What loads the parts of a page: it imports what an element has fetched by its hash.
      const [imports, rest] = [code.match(/\bimport\(\w+\)/g) ?? [], code.replaceAll(/\bimport\(\w+\)/g, '')]
      assert.equal(imports.length, /^assets\/(?:create|open|receipt)-[0-9a-f]{12}\./.test(file) ? 1 : 0, file)
      assert.doesNotMatch(rest, /\bimport[\s({"']|innerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write/, file)
    }
  })

  test('lets one script be a worker, with its wasm inside, and no page holds any', async () => {
    const workers = Object.values(manifest.files).filter(({ armour }) => armour === 'worker')
    assert.deepEqual(
      workers.map(({ file }) => file.replace(/[0-9a-f]{12}/, 'HASH')),
      ['assets/stretch-HASH.js'],
    )
    for (const { file, armour } of Object.values(manifest.files).filter(({ file: name }) => name.endsWith('.js'))) {
      const code = (await read(file)).toString()
      // "\0asm" and the version in base64.
      assert.equal(code.split('AGFzbQEAAAA').length - 1, armour === 'worker' ? 2 : 0, file)
      assert.equal(/WebAssembly|argon2/i.test(code), armour === 'worker', file)
      assert.equal(armour === 'worker', /^\/\* .*Proton AG.*Paul Miller.* \*\//.test(code), file)
      if (/^assets\/create-(?:generator|qr)-/.test(file)) assert.match(code, /^\/\* .*\(c\).*NOTICES\.md.* \*\//)
      if (armour === 'worker') assert.doesNotMatch(code, /\bfetch\(|importScripts|XMLHttpRequest|https?:/)
    }
  })

  test('a part is named in the one page that may load it, by its hash, and the worker only where PINs are', async () => {
    const scripts = Object.entries(manifest.files).filter(([url]) => url.endsWith('.js'))
    const find = (name: string) => scripts.find(([url]) => new RegExp(`^/assets/${name}-[0-9a-f]{12}\\.`).test(url))!
    for (const [name, page] of [
      ['create-generator', 'create'],
      ['create-made', 'create'],
      ['create-qr', 'create'],
      ['open-pin', 'open'],
      ['open-shown', 'open'],
      ['open-ended', 'open'],
    ] as const) {
      const [, part] = find(name)
      const integrity = `sha256-${Buffer.from(part.sha256, 'hex').toString('base64')}`
      for (const [url, { file }] of scripts) {
        const code = (await read(file)).toString()
        const isItsPage = url === find(page)[0]
        assert.deepEqual([code.includes(part.file), code.includes(integrity)], [isItsPage, isItsPage], `${name} in ${url}`)
      }
    }
    const [, worker] = find('stretch')
    for (const [url, { file }] of scripts)
      assert.equal((await read(file)).toString().includes(worker.file), [find('open-pin')[0], find('create')[0]].includes(url), url)
    for (const { file } of Object.values(manifest.files).filter(({ type }) => type.startsWith('text/html')))
      assert.doesNotMatch((await read(file)).toString(), /assets\/(?:(?:open|create)-[a-z]+|stretch)-/)
  })

  test('lets one worker see what is asked for: beside the pages, with the hash of the page that it keeps', async () => {
    const workers = Object.entries(manifest.files).filter(([, { armour }]) => armour === 'offline-worker')
    assert.deepEqual(
      workers.map(([url, { file, type, cache }]) => ({ url, file, type, cache })),
      [{ url: '/offline-worker.js', file: 'offline-worker.js', type: 'text/javascript; charset=utf-8', cache: 'page' }],
    )
    const code = (await read('offline-worker.js')).toString()
    assert.ok(code.includes(manifest.files['/offline']!.sha256.slice(0, 12)))
    assert.equal(code.split('.add(').length, 2, 'it keeps one page')
    assert.doesNotMatch(code, /\.put\(|addAll|indexedDB|postMessage|importScripts|https?:/)
    for (const { file } of Object.values(manifest.files).filter(({ file: name }) => /^assets\/.*\.js$/.test(name)))
      if (/^assets\/(?:open|receipt|not-found)-/.test(file))
        assert.doesNotMatch((await read(file)).toString(), /serviceWorker|offline-worker/, `${file} starts no worker`)
  })

  test('holds all of the offline page in the page, in every language', async () => {
    const html = (await read('offline.html')).toString()
    assert.doesNotMatch(html.replaceAll(/<(script|style)>[^]*?<\/\1>/g, ''), /<script|src="|url\(|rel="(?!icon)/)
    for (const { tag } of LANGUAGES.slice(1)) {
      const { offline } = ((await import(`../src/languages/${tag}.ts`)) as { translation: Translation }).translation
      for (const sentence of Object.values(offline)) assert.ok(html.includes(JSON.stringify(sentence).slice(1, -1)), `${tag}: ${sentence}`)
    }
  })

  test('can be installed from the pages that are not behind a link, with addresses under any path', async () => {
    const app = JSON.parse((await read('manifest.webmanifest')).toString()) as {
      readonly start_url: string
      readonly scope: string
      readonly display: string
      readonly id?: string
      readonly icons: readonly { readonly src: string; readonly sizes: string; readonly type: string; readonly purpose: string }[]
    }
    assert.equal(manifest.files['/manifest.webmanifest']!.type, 'application/manifest+json')
    assert.deepEqual([app.start_url, app.scope, app.display, app.id], ['./', './', 'standalone', undefined])
    for (const { src, sizes, type } of app.icons) {
      const icon = manifest.files[`/${src}`]!
      assert.deepEqual([icon.type, icon.cache, icon.brotli], [type, 'hour', false])
      assert.equal((await read(icon.file)).readUInt32BE(16), Number(sizes.split('x')[0]))
    }
    assert.deepEqual(
      app.icons.map(({ purpose }) => purpose),
      ['any', 'any', 'maskable'],
    )
    for (const [file, isInstallable] of Object.entries({
      index: true,
      about: true,
      accessibility: true,
      s: false,
      receipt: false,
      404: false,
    }))
      assert.equal((await read(`${file}.html`)).includes('href="manifest.webmanifest"'), isInstallable, file)
  })

  test('says the same of every page to a chat, and nothing of what is on it', async () => {
    const previews = new Set<string>()
    for (const { file } of Object.values(manifest.files).filter(({ type }) => type.startsWith('text/html'))) {
      const html = (await read(file)).toString()
      const said = html.match(/<meta [^>]*(?:og:|description)[^>]*>/g) ?? []
      assert.equal(said.length, 3, file)
      previews.add(said.join(''))
    }
    assert.equal(previews.size, 1)
    assert.match([...previews].join(), /og:title" content="A link that opens once".*og:image" content="preview\.png"/)
  })

  test('keeps the words to be painted first in the HTML itself', async () => {
    assert.match((await read('s.html')).toString(), /<h1[^>]*>Someone sent you a secret<\/h1>/)
    assert.match((await read('index.html')).toString(), /<option[^>]*selected[^>]*>7 days<\/option>/)
  })

  test('keeps the check for old browsers in words that old browsers know', async () => {
    const [, boot] = /<script>([^]*?)<\/script>/.exec((await read('s.html')).toString()) ?? []
    assert.match(boot ?? '', /BigInt/)
    assert.doesNotMatch(boot ?? '', /=>|\b(?:let|const|class|async)\b|`|\?\./)
  })

  test('does not empty a folder that holds something else', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    await writeFile(join(other, 'letter.txt'), 'mine')
    await assert.rejects(buildPages(other), /no build of the pages made/)
    assert.equal(await readFile(join(other, 'letter.txt'), 'utf8'), 'mine')
  })
})
