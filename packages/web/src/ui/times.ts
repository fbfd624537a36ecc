/** How times are told to this reader. */
export interface TimeStyle {
  /** A BCP 47 tag, such as `en-GB`. */
  readonly locale: string
  /** A zone of the IANA database; the reader's own if absent. */
  readonly timeZone?: string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A date with its time and the name of its zone. */
export function formatMoment(atMs: number, { locale, timeZone }: TimeStyle): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs)
}

/** A day that is the same everywhere, written the same for all who read a language: it stands in the HTML already. */
export function formatDay(atMs: number, tag: string): string {
  // Day, month, year is what most who read English write.
  const locale = tag === 'en' ? 'en-GB' : tag
  return new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(atMs)
}

/** How far a time is from now, such as "in 7 days" or "3 hours ago", rounded to one unit; less than a minute is "now". */
export function formatDistance(atMs: number, nowMs: number, { locale }: TimeStyle): string {
  const awayMs = atMs - nowMs
  if (Math.abs(awayMs) < MINUTE_MS) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second')
  const [unit, unitMs] = pickUnit(Math.abs(awayMs))
  return new Intl.RelativeTimeFormat(locale).format(Math.round(awayMs / unitMs), unit)
}

/** A lifetime in its largest whole unit, such as "7 days". */
export function formatLifetimeWords(lifetimeMs: number, locale: string): string {
  const [unit, unitMs] = UNITS.find(([, sizeMs]) => lifetimeMs % sizeMs === 0) ?? ['minute', MINUTE_MS]
  return formatCount(lifetimeMs / unitMs, unit, locale)
}

/** A number of bytes, such as "1,024 bytes". */
export function formatBytes(bytes: number, locale: string): string {
  return formatCount(bytes, 'byte', locale)
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const

function pickUnit(awayMs: number): (typeof UNITS)[number] {
  if (awayMs >= 36 * HOUR_MS) return UNITS[0]
  return awayMs >= 90 * MINUTE_MS ? UNITS[1] : UNITS[2]
}

function formatCount(count: number, unit: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(count)
}
