import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { PROBLEMS, type ProblemCode, diagnoseToken, findToken, parseToken } from '@letterlock/protocol'
import { findContactAddress, reduceAbout } from '../src/pages/about/state.ts'
import { listBases } from '../src/pages/not-found/list-bases.ts'
import { tintText } from '../src/pages/open/tint-text.ts'
import { findBase, findTokenText } from '../src/ui/find-base.ts'
import { describeFailure } from '../src/ui/describe-failure.ts'
import { findStray } from '../src/ui/lead-stray.ts'
import { directionOf, matchLanguage } from '../src/ui/match-language.ts'
import { formatBytes, formatDay, formatDistance, formatLifetimeWords, formatMoment } from '../src/ui/times.ts'

const HOUR_MS = 3_600_000

/** What became of a link on its way: vectors/mangled-links.json. */
interface Way {
  readonly name: string
  readonly where: 'address' | 'pasted'
  readonly text: string
  readonly outcome: string
  readonly token: string
  readonly reachesServer?: boolean
}

describe('words', () => {
  test('every refusal has a sentence on screen', () => {
    for (const problem of Object.keys(PROBLEMS) as ProblemCode[]) assert.match(describeFailure({ kind: 'refused', problem }), /^[A-Z].*\.$/)
  })
})

describe('times', () => {
  const atMs = Date.UTC(2026, 10, 29, 16, 20)

  test('are told in the reader’s zone, with its name', () => {
    assert.equal(formatMoment(atMs, { locale: 'en-GB', timeZone: 'Pacific/Kiritimati' }), '30 November 2026 at 06:20 GMT+14')
    assert.equal(formatMoment(atMs, { locale: 'en-GB', timeZone: 'America/St_Johns' }), '29 November 2026 at 12:50 GMT-3:30')
    assert.match(formatMoment(atMs, { locale: 'en-CA', timeZone: 'America/St_Johns' }), /November 29, 2026.*12:50.*NST/)
  })

  test('are told from now in one unit that fits', () => {
    const away = (ms: number) => formatDistance(atMs + ms, atMs, { locale: 'en' })
    assert.equal(away(7 * 24 * HOUR_MS - 1), 'in 7 days')
    assert.equal(away(24 * HOUR_MS), 'in 24 hours')
    assert.equal(away(-26 * HOUR_MS), '26 hours ago')
    assert.equal(away(HOUR_MS), 'in 60 minutes')
    assert.equal(away(60_000), 'in 1 minute')
    assert.equal(away(-48 * HOUR_MS), '2 days ago')
    assert.deepEqual([away(59_999), away(0), away(-59_999)], ['now', 'now', 'now'])
  })

  test('a day is the same day everywhere', () => {
    const zone = process.env['TZ']
    for (const there of ['Pacific/Kiritimati', 'Pacific/Niue']) {
      process.env['TZ'] = there
      for (const dayMs of [Date.UTC(2026, 10, 26), Date.UTC(2026, 10, 27) - 1]) assert.equal(formatDay(dayMs, 'en'), '26 November 2026')
    }
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  test('lifetimes and sizes are plural where they are more than one', () => {
    assert.deepEqual(
      [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 90 * 60_000].map((ms) => formatLifetimeWords(ms, 'en')),
      ['1 hour', '1 day', '7 days', '90 minutes'],
    )
    assert.deepEqual(
      [0, 1, 70_000].map((bytes) => formatBytes(bytes, 'en')),
      ['0 bytes', '1 byte', '70,000 bytes'],
    )
  })
})

describe('addresses', () => {
  test('a page finds its instance under any path, whatever stands behind the page', () => {
    const bases: readonly (readonly [address: string, page: string, base: string])[] = [
      ['https://example.org/', '', 'https://example.org/'],
      ['https://example.org/letters/?a', '', 'https://example.org/letters/'],
      ['https://example.org/s#token', 's', 'https://example.org/'],
      ['https://example.org/s/s#token', 's', 'https://example.org/s/'],
      ['https://example.org/letters/s%23token', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/s%2523token', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/s/tail', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/S#token', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/s.', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/s%3E', 's', 'https://example.org/letters/'],
      ['https://example.org/letters/s/%23token', 's', 'https://example.org/letters/'],
      ['https://example.org/s-letters/s&#35;token', 's', 'https://example.org/s-letters/'],
      ['https://example.org/letters/receipt', 'receipt', 'https://example.org/letters/'],
    ]
    for (const [address, page, base] of bases) assert.equal(findBase(address, page), base, address)
  })

  test('a token is looked for in the fragment, and only else in what the server has seen', () => {
    const token = 'SYXsAycDPUu4z2ZksJD5fh5nTDcH3vCFHnpcVye5XuDq98di'
    const tell = (path: string) => findTokenText(`https://example.org${path}`)
    assert.deepEqual(tell('/s#abc'), { text: '#abc', wasChanged: false })
    for (const path of [`/s?utm_source=${token}#${token}`, `/s?utm_source=x#${token.slice(0, 9)}%0A${token.slice(9)}`, '/s?a#b'])
      assert.deepEqual(tell(path), { text: path.slice(path.indexOf('#')), wasChanged: false })
    for (const path of ['/s%23abc', '/s%2523abc', '/s?a%23abc', `/s?${token}`, `/s/${token}`, `/s%23${token}#x`])
      assert.deepEqual(tell(path), { text: path, wasChanged: true })
    for (const path of ['/s', '/s#', '/s?utm_source=mail']) assert.equal(tell(path), null)
  })

  test('a mangled address gives its token or says why not, and whether the server has seen it', async () => {
    const { ways } = JSON.parse(readFileSync(new URL('../../../vectors/mangled-links.json', import.meta.url), 'utf8')) as { ways: Way[] }
    const addresses = ways.filter(({ where }) => where === 'address')
    assert.ok(addresses.length >= 25)
    for (const { name, text, outcome, token, reachesServer } of addresses) {
      const found = findTokenText(`https://secrets.example${text}`)
      const read = await findToken(found?.text ?? '')
      assert.deepEqual(read ?? diagnoseToken(found?.text ?? ''), read === null ? outcome : await parseToken(token), name)
      assert.equal(found?.wasChanged ?? false, reachesServer, name)
    }
  })

  test('a token that has lost its page is found in the fragment, and nowhere else', async () => {
    const token = 'SYXsAycDPUu4z2ZksJD5fh5nTDcH3vCFHnpcVye5XuDq98di'
    assert.equal((await findStray(`https://example.org/#${token}.`))?.kind, 'link')
    for (const address of [`?${token}`, `s?${token}`, `%23${token}`, `secret%23${token}`])
      assert.deepEqual(await findStray(`https://example.org/${address}`), { kind: 'link', fragment: `#${token}&changed` })
    for (const address of ['', '#', '#page', `#${token.slice(1)}`, `?${token.slice(1)}`])
      assert.equal(await findStray(`https://example.org/${address}`), null)
  })

  test('a page that stands nowhere looks for its instance upwards', () => {
    assert.deepEqual(listBases('https://example.org/a/b/c'), ['https://example.org/a/b/', 'https://example.org/a/', 'https://example.org/'])
    assert.deepEqual(listBases('https://example.org/c'), ['https://example.org/'])
  })

  test('a contact becomes a link only if it is a mail or an https address', () => {
    assert.equal(findContactAddress('abuse@example.org'), 'mailto:abuse@example.org')
    assert.equal(findContactAddress('https://example.org/abuse'), 'https://example.org/abuse')
    assert.equal(findContactAddress('javascript:alert(1)'), null)
    assert.equal(findContactAddress('call Ada'), null)
  })
})

describe('languages', () => {
  const known = ['en', 'de', 'he', 'pt-BR', 'zh-Hans', 'zh-Hant']

  test('are found by whatever a browser calls them', () => {
    const found = ['de-AT', 'DE', 'iw', 'he-IL', 'pt', 'pt-PT', 'zh', 'zh-CN', 'zh-TW', 'zh-Hant-HK', 'en-GB'].map((tag) =>
      matchLanguage(tag, known),
    )
    assert.deepEqual(found, ['de', 'de', 'he', 'he', 'pt-BR', 'pt-BR', 'zh-Hans', 'zh-Hans', 'zh-Hant', 'zh-Hant', 'en'])
    for (const tag of ['', 'fr', 'x', 'deu-x']) assert.equal(matchLanguage(tag, known), '', tag)
  })

  test('are read from the side that they are written from', () => {
    assert.deepEqual(['en', 'he', 'ar', 'fa', 'arn'].map(directionOf), ['ltr', 'rtl', 'rtl', 'rtl', 'ltr'])
  })
})

describe('smaller things', () => {
  test('a tinted text is the text', () => {
    for (const text of ['', 'kT7-vQm2!', '٣a😀', 'x'.repeat(600)])
      assert.equal(
        tintText(text)
          .map((tint) => tint.text)
          .join(''),
        text,
      )
    assert.deepEqual(
      tintText('O0-').map((tint) => tint.kind),
      ['letters', 'digits', 'symbols'],
    )
  })

  test('the first answer about a contact stands', () => {
    const known = reduceAbout({ at: 'reading' }, { type: 'told', contact: null })
    assert.equal(reduceAbout(known, { type: 'failed' }), known)
  })
})
