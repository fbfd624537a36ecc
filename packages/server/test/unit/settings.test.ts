import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BAD_VALUES } from '../support/bad-settings.ts'
import { SETTINGS, type Settings, describeSettings, readSettings } from '../../src/settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

function sound(environment: Record<string, string>): Settings {
  const read = readSettings(environment)
  assert(!('reasons' in read), 'reasons' in read ? read.reasons.join('; ') : '')
  return read
}

function reasons(environment: Record<string, string>): readonly string[] {
  const read = readSettings(environment)
  return 'reasons' in read ? read.reasons : []
}

test('without any setting there is an instance for this machine alone, with the lifetimes that the specification recommends', () => {
  const settings = sound({})
  assert.equal(settings.host, '127.0.0.1')
  assert.equal(settings.port, 8080)
  assert.equal(settings.dataDirectory, './data')
  assert.equal(settings.publicUrl, null)
  assert.deepEqual(settings.lifetimesMs, [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS])
  assert.equal(settings.defaultLifetimeMs, 7 * DAY_MS)
  assert.equal(settings.limits, true)
  assert.equal(settings.acceptRestore, null)
  assert.equal(settings.acceptClock, null)
})

test('a setting that is there but empty is as if it were not there', () => {
  const empty = Object.fromEntries(Object.values(SETTINGS).map(({ name }) => [name, '']))
  assert.deepEqual(sound(empty), sound({}))
})

describe('a bad value stops the start with the name of its setting', () => {
  for (const [name, values] of Object.entries({ ...BAD_VALUES, DATA_DIR: ['da\0ta'] })) {
    for (const value of values) {
      test(`${name}=${JSON.stringify(value.slice(0, 40))}`, () => {
        const found = reasons({ [`LETTERLOCK_${name}`]: value })
        assert.equal(found.length, 1, found.join('; '))
        assert.match(found[0] ?? '', new RegExp(`^LETTERLOCK_${name} must be `))
      })
    }
  }
})

test('every setting is held to something: each has a value that is refused', () => {
  const junk = 'no\0thing that anyone would take'
  const known = Object.values(SETTINGS).map(({ name }) => name)
  for (const name of known) {
    if (name === 'LETTERLOCK_NAME') continue
    assert.notDeepEqual(reasons({ [name]: junk }), [], name)
  }
})

test('values at their bounds are taken as they are', () => {
  const settings = sound({
    LETTERLOCK_HOST: '::1',
    LETTERLOCK_PORT: '0',
    LETTERLOCK_SECRET_BYTES_MAX: '2048',
    LETTERLOCK_STORED_BYTES_MAX: '9007199254740991',
    LETTERLOCK_FREE_BYTES_MIN: '0',
    LETTERLOCK_CONNECTIONS_MAX: '65535',
    LETTERLOCK_NAME: ` ${'x'.repeat(58)} `,
    LETTERLOCK_LIMITS: 'off',
    LETTERLOCK_CORS_ORIGIN: 'https://example.org',
    LETTERLOCK_ACCEPT_RESTORE: '0',
    LETTERLOCK_ABUSE_CONTACT: 'abuse@secrets.example',
  })
  assert.deepEqual(
    [settings.host, settings.port, settings.inlineBytes, settings.storedBytesMax, settings.freeBytesMin, settings.connectionsMax],
    ['::1', 0, 2048, Number.MAX_SAFE_INTEGER, 0, 65_535],
  )
  assert.deepEqual([settings.name, settings.limits, settings.corsOrigin], ['x'.repeat(58), false, 'https://example.org'])
  assert.deepEqual([settings.acceptRestore, settings.abuseContact], [0, 'abuse@secrets.example'])
})

test('a public address always ends in a slash, base path and port included', () => {
  for (const [given, expected] of [
    ['https://secrets.example', 'https://secrets.example/'],
    ['https://secrets.example/', 'https://secrets.example/'],
    ['http://secrets.example:8443/base', 'http://secrets.example:8443/base/'],
  ] as const) {
    assert.equal(sound({ LETTERLOCK_PUBLIC_URL: given }).publicUrl, expected)
  }
})

test('a name that is not a setting stops the start, and the one that was meant is suggested', () => {
  assert.deepEqual(reasons({ LETTERLOCK_PROT: '80' }), ['LETTERLOCK_PROT is not a setting; did you mean LETTERLOCK_PORT?'])
  assert.deepEqual(reasons({ LETTERLOCK_LIFETIME: '1h' }), ['LETTERLOCK_LIFETIME is not a setting; did you mean LETTERLOCK_LIFETIMES?'])
  assert.deepEqual(reasons({ LETTERLOCK_SOMETHING_ELSE: '1' }), ['LETTERLOCK_SOMETHING_ELSE is not a setting'])
})

test('names for clients and names of others are left alone', () => {
  const others = { LETTERLOCK_SERVER: 'x', LETTERLOCK_TOKEN: 'x', LETTERLOCK_PIN: 'x', LETTERLOCK_RECEIPTS: 'x', PORT: '99999', HOME: '/' }
  assert.deepEqual(sound(others), sound({}))
})

test('every reason is given at once', () => {
  assert.equal(reasons({ LETTERLOCK_PORT: 'x', LETTERLOCK_LIMITS: 'x', LETTERLOCK_NO: 'x' }).length, 3)
})

test('lifetimes are offered in order, and the default is one of them: seven days or the closest below', () => {
  for (const [given, list, chosen] of [
    ['30d,1h', [HOUR_MS, 30 * DAY_MS], HOUR_MS],
    ['7d,14d,1d', [DAY_MS, 7 * DAY_MS, 14 * DAY_MS], 7 * DAY_MS],
    ['14d, 365d', [14 * DAY_MS, 365 * DAY_MS], 14 * DAY_MS],
    ['1m', [60_000], 60_000],
  ] as const) {
    const { lifetimesMs, defaultLifetimeMs } = sound({ LETTERLOCK_LIFETIMES: given })
    assert.deepEqual([lifetimesMs, defaultLifetimeMs], [list, chosen])
  }
  assert.equal(sound({ LETTERLOCK_DEFAULT_LIFETIME: '1h' }).defaultLifetimeMs, HOUR_MS)
  assert.match(reasons({ LETTERLOCK_LIFETIMES: '1h,2h', LETTERLOCK_DEFAULT_LIFETIME: '1d' })[0] ?? '', /LETTERLOCK_DEFAULT_LIFETIME.*1h,2h/)
})

test('the settings in force are described one by one, in words that can be set again', () => {
  const settings = sound({
    LETTERLOCK_LIFETIMES: '90m,2d',
    LETTERLOCK_PORT: '0',
    LETTERLOCK_LIMITS: 'off',
    LETTERLOCK_PUBLIC_URL: 'https://a.example/b',
  })
  const lines = describeSettings(settings)
  assert.equal(lines.length, Object.keys(SETTINGS).length)
  const again = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)).filter(([, value]) => value !== 'none'))
  assert.deepEqual(sound(again as Record<string, string>), settings)
})
