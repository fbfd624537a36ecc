import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generatePassword } from '../src/pages/create/generate-password.ts'
import { wordList } from '../src/pages/create/word-list.ts'
import { hasPassword, parseOtp } from '../src/pages/open/find-addresses.ts'
import { FIELDS_MAX, type Fields, SEARCHED_CHARACTERS_MAX, findFields } from '../src/pages/open/find-fields.ts'
import { readLabel } from '../src/pages/open/label-words.ts'
import { FOUND, LANGUAGES, NOT_FOUND, PRIVATE_KEY } from './field-examples.ts'
import { countSteps, isOncePattern } from './step-meter.ts'

const describeFields = (text: string) => findFields(text).map(({ kind, label, value, isSecret }) => ({ kind, label, value, isSecret }))
const valuesOf = (text: string) => findFields(text).map(({ label, value, isSecret }) => [label, value, isSecret])

/** What makes a text look like one with fields, and unlike one. */
const FRAGMENTS = [
  'a key user password пароль 密码 DB_PASS https otpauth AAAA totp/x?secret=AAAA a:b@ ----- 😀'.split(' '),
  ': = ： :// \\ ; & , ， | / . 。 ( ) [ " \' { } < - _ +'.split(' '),
  ['a b c ', 'x'.repeat(50), '-----BEGIN A KEY-----', '-----END A KEY-----', 'export ', '- ', '1. ', ': ', ' = '],
  [' ', '\t', '\n', '\r\n', '\n\n', '\u2028', '\0', '\u200F', '\u202E', '\ud83d', '\udc00', '\u0301'],
].flat()
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...FRAGMENTS), maxLength: 60 }),
  fc.array(fc.constantFrom(...FOUND.map(([text]) => text), ...NOT_FOUND), { maxLength: 5 }).map((some) => some.join('\n')),
)

describe('what can be copied by itself', () => {
  test('is found where it is plain', () => {
    assert.ok(FOUND.length >= 60)
    for (const [text, ...fields] of FOUND) assert.deepEqual(describeFields(text), fields, JSON.stringify(text))
  })

  test('is nothing where nobody can tell', () => {
    assert.ok(NOT_FOUND.length >= 20)
    for (const text of NOT_FOUND) assert.deepEqual(describeFields(text), [], JSON.stringify(text))
  })

  test('is labelled in any of our languages, on lines of its own or on one', () => {
    for (const [language, user, password] of LANGUAGES) {
      const expected = [
        [user, 'anna', false],
        [password, 'x y', true],
      ]
      for (const text of [
        `${user}: anna\n${password}: x y`,
        `${user} : anna ${password} : x y`,
        `${user}: anna, ${password}: x y`,
        `${user}：anna ${password}：x y`,
        `${user} = anna; ${password} = x y`,
      ])
        assert.deepEqual(valuesOf(text), expected, `${language} ${text}`)
      for (const label of [password.toUpperCase(), password.toLowerCase(), password.normalize('NFD'), `WiFi ${password}`])
        assert.equal(readLabel(label).isSecret, true, `${language} ${label}`)
      for (const label of [user.toUpperCase(), user.normalize('NFD')])
        assert.deepEqual(readLabel(label), { match: 'whole', isSecret: false }, `${language} ${label}`)
    }
  })

  test('lies in the text, in order, one behind the other', () => {
    const isSound = (find: (text: string) => Fields) => {
      const found = fc.check(
        fc.property(texts, (text) => {
          let at = 0
          for (const { label, value, start, end } of find(text)) {
            assert.ok(at <= start && start < end && end <= text.length)
            assert.equal(text.slice(start, end), value)
            assert.ok(value !== '' && (value.trim() === value || /["']/.test(text.charAt(end))))
            assert.ok(text.includes(label))
            at = end
          }
        }),
        { numRuns: 1500 },
      )
      return !found.failed
    }
    assert.equal(isSound(findFields), true)
    // Controls: out of order, twice, and changed.
    assert.equal(
      isSound((text) => findFields(text).toReversed()),
      false,
    )
    assert.equal(
      isSound((text) => findFields(text).flatMap((field) => [field, field])),
      false,
    )
    assert.equal(
      isSound((text) => findFields(text).map((field) => ({ ...field, value: `${field.value} ` }))),
      false,
    )
  })

  test('is the same wherever it stands in the text', () => {
    for (const [text, ...fields] of FOUND) assert.deepEqual(describeFields(`Hello Anna\n\n${text}\n\nBest wishes`), fields, text)
  })

  test('is at most 24 fields of at most 16 KiB', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `pin: ${index}`)
    assert.deepEqual(
      findFields(lines.join('\n')).map(({ value }) => value),
      Array.from({ length: FIELDS_MAX }, (_, index) => String(index)),
    )
    const long = `pin: ${'x'.repeat(SEARCHED_CHARACTERS_MAX - 5)}`
    assert.equal(findFields(long)[0]?.value.length, SEARCHED_CHARACTERS_MAX - 5)
    assert.deepEqual(findFields(`${long}x`), [])
    assert.equal(findFields(`${PRIVATE_KEY}\n\n`.repeat(30)).length, FIELDS_MAX)
  })

  test('is no part of a password that the page made up', () => {
    for (let i = 0; i < 200; i++) {
      for (const password of [
        generatePassword({ kind: 'characters', length: 8 + (i % 121), readable: i % 2 === 0 }),
        generatePassword({ kind: 'words', count: 3 + (i % 10), words: wordList }),
      ]) {
        assert.deepEqual(findFields(password), [])
        assert.deepEqual(valuesOf(`Password: ${password}`), [['Password', password, true]])
      }
    }
  })
})

describe('what sets an authenticator app up', () => {
  test('is told apart, where it can be used', () => {
    const usual = { type: 'totp', issuer: 'ACME Co', account: 'anna@example.org', secret: 'JBSWY3DPEHPK3PXP' }
    for (const address of [
      'otpauth://totp/ACME%20Co:anna@example.org?secret=JBSWY3DPEHPK3PXP',
      'otpauth://totp/ACME%20Co%3A%20anna%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co&digits=6',
      'otpauth://TOTP/anna@example.org?issuer=ACME+Co&secret=JBSWY3DPEHPK3PXP#x',
    ])
      assert.deepEqual(parseOtp(address), usual)
    assert.deepEqual(parseOtp('otpauth://hotp/?secret=aa====&counter=0'), { type: 'hotp', issuer: '', account: '', secret: 'aa====' })
    assert.deepEqual(parseOtp('otpauth://totp/%E0%A4%A:b?secret=AA'), { type: 'totp', issuer: '%E0%A4%A', account: 'b', secret: 'AA' })
  })

  test('is nothing where it cannot', () => {
    for (const rest of [
      '',
      'totp',
      'totp/x',
      'totp/x?secret=',
      'totp/x?secret=A%20A',
      'totp/x?secret=08',
      'x?secret=AA',
      `totp/${'x'.repeat(2048)}?secret=AA`,
    ])
      assert.equal(parseOtp(`otpauth://${rest}`), null, rest)
  })
})

describe('an address', () => {
  test('is secret if there is a password in front of its host', () => {
    for (const address of ['https://a:b@c', 'postgres://a:b@c:1/d?e', 'redis://:b@c', 'https://a:b@c@d/'])
      assert.equal(hasPassword(address), true, address)
    for (const address of ['https://c:1/a:b@c', 'https://a@c:1', 'https://c?a:b@c', 'a:b@c', 'https://', ''])
      assert.equal(hasPassword(address), false, address)
  })
})

describe('looking for fields', () => {
  /** Steps for each character of a text; a quadratic search takes thousands. */
  const STEPS_MAX = 400
  const measured = /\/(?:find-\w+|label-words|find-fields\.test)\.ts$/
  const units = fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 4 }).map((some) => some.join(''))

  const NASTY = [
    ':',
    '=',
    '\n',
    ' ',
    '(',
    'a:',
    'a: ',
    'a b c key:',
    'user: a ',
    'x.y: 1\n',
    'A_B=1\n',
    '密码：a，',
    'https://(',
    'otpauth://totp/x?',
    '-----BEGIN A-----\n',
    ';a=',
  ]

  async function isLinear(find: (text: string) => unknown, text: string): Promise<boolean> {
    const { steps, slowPatterns } = await countSteps(measured, () => void find(text))
    return steps <= STEPS_MAX * text.length + 1000 && slowPatterns.length === 0
  }

  test('takes steps in proportion to the text, whatever is repeated in it', async () => {
    const check = async (unit: string) => {
      const length = 1900 * Math.min(unit.length, 2)
      const text = unit.repeat(length).slice(0, length)
      assert.ok(await isLinear(findFields, text), JSON.stringify(unit))
    }
    for (const unit of NASTY) await check(unit)
    await fc.assert(fc.asyncProperty(units, check), { numRuns: 15 })
  })

  test('is measured by what would notice a search that is not', async () => {
    const text = 'a:'.repeat(1900)
    const searchAnew = () => Array.from(text, (_, at) => text.indexOf('b', at))
    const lookBack = () => {
      let pairs = 0
      for (let at = 0; at < text.length; at++) for (let back = 0; back < at; back++) if (text[at] === text[back]) pairs++
      return pairs
    }
    const match = () => /(?:a:)*b/.exec(text)
    for (const find of [searchAnew, lookBack, match]) assert.equal(await isLinear(find, text), false, find.name)
    assert.equal(await isLinear(() => text.indexOf('b'), text), true)
    for (const source of [String.raw`\s+$`, '(?:a+)+', '(a*)b', 'a{2,}b', '[ab]*c']) assert.equal(isOncePattern(source), false, source)
    for (const source of [String.raw`\s+`, '[:=]', 'a{1,40}b?', String.raw`^\p{L}[^]`]) assert.equal(isOncePattern(source), true, source)
  })
})
