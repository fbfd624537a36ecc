import { INLINE_SEALED_BYTES_MAX, LIFETIMES_MS, LIFETIME_MS_DEFAULT, formatLifetime, parseLifetime } from '@letterlock/protocol'

/** How one setting is read: its text to a value, or a sentence part that says what it must be. */
interface Setting<T> {
  readonly name: `LETTERLOCK_${string}`
  readonly says: string
  readonly fallback: T
  readonly read: (text: string) => { readonly value: T } | { readonly mustBe: string }
  readonly show: (value: T) => string
}

/** Bounds of what an operator may set, so that no setting can break a promise. */
const LIFETIMES_MAX = 12
const NAME_CHARACTERS_MAX = 60
const GIB = 1024 ** 3

const text = (value: string) => value
const orNone = (value: string | number | null) => (value === null ? 'none' : String(value))

/** Every setting there is. The table in `docs/self-hosting.md` is made from this one. */
export const SETTINGS = {
  host: setting(
    'HOST',
    'the address to listen on',
    '127.0.0.1',
    (value) => (/^[\w.:%-]{1,255}$/.test(value) ? { value } : { mustBe: 'a host name or an IP address' }),
    text,
  ),
  port: setting('PORT', 'the port to listen on; 0 picks a free one', 8080, count(0, 65_535), String),
  dataDirectory: setting(
    'DATA_DIR',
    'where secrets wait; one process uses it at a time',
    './data',
    (value) => (value.includes('\0') ? { mustBe: 'a path' } : { value }),
    text,
  ),
  publicUrl: setting<string | null>(
    'PUBLIC_URL',
    'where people reach this instance; links begin with it, and https turns on HSTS',
    null,
    readPublicUrl,
    orNone,
  ),
  name: setting(
    'NAME',
    'what the instance is called',
    'Letterlock',
    (value) =>
      value.trim() !== '' && value.length <= NAME_CHARACTERS_MAX
        ? { value: value.trim() }
        : { mustBe: `a text of 1 to ${NAME_CHARACTERS_MAX} characters` },
    text,
  ),
  lifetimesMs: setting('LIFETIMES', 'the lifetimes offered, such as 1h,1d,7d', LIFETIMES_MS, readLifetimes, (list) =>
    list.map(formatLifetime).join(','),
  ),
  defaultLifetimeMs: setting<number | null>(
    'DEFAULT_LIFETIME',
    'the lifetime chosen unless the sender says otherwise',
    null,
    readLifetime,
    (value) => formatLifetime(value ?? LIFETIME_MS_DEFAULT),
  ),
  inlineBytes: setting(
    'SECRET_BYTES_MAX',
    'the most bytes of a sealed secret',
    INLINE_SEALED_BYTES_MAX,
    count(2048, INLINE_SEALED_BYTES_MAX),
    String,
  ),
  storedBytesMax: setting(
    'STORED_BYTES_MAX',
    'the most bytes of all secrets that wait; beyond, creating is refused',
    4 * GIB,
    count(1, Number.MAX_SAFE_INTEGER),
    String,
  ),
  freeBytesMin: setting(
    'FREE_BYTES_MIN',
    'the free bytes of the disk below which creating is refused, so that opening goes on; up to half of them, the ballast takes',
    64 * 1024 ** 2,
    count(0, Number.MAX_SAFE_INTEGER),
    String,
  ),
  connectionsMax: setting('CONNECTIONS_MAX', 'the most connections at once', 4096, count(1, 65_535), String),
  limits: setting('LIMITS', 'on or off: how many secrets one address may create', true, onOff, (value) => (value ? 'on' : 'off')),
  corsOrigin: setting('CORS_ORIGIN', 'the one origin whose pages may call the API, or *', '*', readOrigin, text),
  integrityPolicy: setting('INTEGRITY_POLICY', 'on or off: the header Integrity-Policy', true, onOff, (value) => (value ? 'on' : 'off')),
  log: setting<'requests' | 'events'>(
    'LOG',
    'requests, or only events',
    'requests',
    (value) => (value === 'requests' || value === 'events' ? { value } : { mustBe: 'requests or events' }),
    text,
  ),
  abuseContact: setting<string | null>('ABUSE_CONTACT', 'a mail or web address for reports, shown on the pages', null, readContact, orNone),
  acceptRestore: setting<number | null>(
    'ACCEPT_RESTORE',
    'once, after restoring a copy of the database: the generation that the start shows',
    null,
    count(0, Number.MAX_SAFE_INTEGER),
    orNone,
  ),
  acceptClock: setting<number | null>(
    'ACCEPT_CLOCK',
    'once, after a wrong clock: the time that the start shows',
    null,
    count(0, Number.MAX_SAFE_INTEGER),
    orNone,
  ),
} as const

export type Settings = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never }

/** Names that clients read from the same environment; a server leaves them alone. */
export const CLIENT_NAMES: readonly string[] = ['LETTERLOCK_SERVER', 'LETTERLOCK_TOKEN', 'LETTERLOCK_PIN', 'LETTERLOCK_RECEIPTS']

/** All settings, or every reason why there are none. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Settings | { readonly reasons: readonly string[] } {
  const reasons: string[] = []
  const entries = Object.entries(SETTINGS).map(([key, setting]) => {
    const given = environment[setting.name]
    if (given === undefined || given === '') return [key, setting.fallback]
    const read = setting.read(given)
    if ('mustBe' in read) reasons.push(`${setting.name} must be ${read.mustBe}, not ${JSON.stringify(given)}`)
    return [key, 'value' in read ? read.value : setting.fallback]
  })
  const known = new Set<string>([...Object.values(SETTINGS).map(({ name }) => name), ...CLIENT_NAMES])
  for (const name of Object.keys(environment)) {
    if (name.startsWith('LETTERLOCK_') && !known.has(name)) reasons.push(`${name} is not a setting${suggest(name, known)}`)
  }
  const settings = Object.fromEntries(entries) as Settings
  const defaultLifetimeMs = settings.defaultLifetimeMs ?? closestLifetime(settings.lifetimesMs)
  if (!settings.lifetimesMs.includes(defaultLifetimeMs)) {
    reasons.push(`LETTERLOCK_DEFAULT_LIFETIME must be one of LETTERLOCK_LIFETIMES (${SETTINGS.lifetimesMs.show(settings.lifetimesMs)})`)
  }
  return reasons.length > 0 ? { reasons } : { ...settings, defaultLifetimeMs }
}

/** The settings in force, one line each, for the start to print. */
export function describeSettings(settings: Settings): readonly string[] {
  return Object.entries(SETTINGS).map(([key, setting]) => {
    const { show } = setting as Setting<unknown>
    return `${setting.name}=${show(settings[key as keyof Settings])}`
  })
}

function setting<T>(name: string, says: string, fallback: T, read: Setting<T>['read'], show: (value: NoInfer<T>) => string): Setting<T> {
  return { name: `LETTERLOCK_${name}`, says, fallback, read, show }
}

function count(min: number, max: number): (text: string) => { readonly value: number } | { readonly mustBe: string } {
  return (given) => {
    const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN
    return value >= min && value <= max ? { value } : { mustBe: `a whole number from ${min} to ${max}` }
  }
}

function onOff(given: string): { readonly value: boolean } | { readonly mustBe: string } {
  return given === 'on' || given === 'off' ? { value: given === 'on' } : { mustBe: 'on or off' }
}

function readLifetime(given: string): { readonly value: number } | { readonly mustBe: string } {
  const value = parseLifetime(given.trim())
  return value === null ? { mustBe: 'a lifetime from 1m to 365d, such as 90m, 12h or 7d' } : { value }
}

function readLifetimes(given: string): { readonly value: readonly number[] } | { readonly mustBe: string } {
  const list = given.split(',').map((part) => parseLifetime(part.trim()))
  const value = [...new Set(list)].filter((lifetimeMs) => lifetimeMs !== null).toSorted((a, b) => a - b)
  const isSound = value.length === list.length && value.length <= LIFETIMES_MAX
  return isSound ? { value } : { mustBe: `1 to ${LIFETIMES_MAX} different lifetimes from 1m to 365d, such as 1h,1d,7d` }
}

function closestLifetime(lifetimesMs: readonly number[]): number {
  return lifetimesMs.findLast((lifetimeMs) => lifetimeMs <= LIFETIME_MS_DEFAULT) ?? (lifetimesMs[0] as number)
}

function readPublicUrl(given: string): { readonly value: string } | { readonly mustBe: string } {
  const mustBe = 'an http or https address without query, fragment or password, such as https://secrets.example.org/'
  const url = URL.parse(given)
  if (url === null || !/^https?:$/.test(url.protocol)) return { mustBe }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return { mustBe }
  return { value: url.href.endsWith('/') ? url.href : `${url.href}/` }
}

function readOrigin(given: string): { readonly value: string } | { readonly mustBe: string } {
  return given === '*' || URL.parse(given)?.origin === given ? { value: given } : { mustBe: 'an origin such as https://example.org, or *' }
}

function readContact(given: string): { readonly value: string } | { readonly mustBe: string } {
  const isMail = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/.test(given)
  const isWeb = /^https?:$/.test(URL.parse(given)?.protocol ?? '')
  return isMail || isWeb ? { value: given } : { mustBe: 'a mail address or a web address' }
}

/** Name the setting that was probably meant: the one that differs least. */
function suggest(name: string, known: ReadonlySet<string>): string {
  const close = [...known].map((other) => ({ other, distance: countEdits(name, other) })).toSorted((a, b) => a.distance - b.distance)[0]
  return close !== undefined && close.distance <= 3 ? `; did you mean ${close.other}?` : ''
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1])
      next.push(Math.min(replace, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
