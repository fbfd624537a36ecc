const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Shortest and longest lifetime an instance may offer, in ms. SPEC §6.7. */
export const LIFETIME_MS_MIN = 60_000
export const LIFETIME_MS_MAX = 365 * 86_400_000

/** Lifetimes offered unless the operator says otherwise, in ms: an hour, a day, 7 and 30 days. SPEC §6.7. */
export const LIFETIMES_MS: readonly number[] = [3_600_000, 86_400_000, 604_800_000, 2_592_000_000]

/** The lifetime chosen unless the sender says otherwise, in ms: 7 days. SPEC §6.7. */
export const LIFETIME_MS_DEFAULT = 604_800_000

/** Read a lifetime like `90m`, `12h` or `7d`, in ms; `null` if it is not one or is out of bounds. */
export function parseLifetime(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []
  if (count === undefined || unit === undefined) return null
  const lifetimeMs = Number(count) * (UNITS_MS[unit] as number)
  return lifetimeMs >= LIFETIME_MS_MIN && lifetimeMs <= LIFETIME_MS_MAX ? lifetimeMs : null
}

/** Write a lifetime in its largest whole unit: the inverse of {@link parseLifetime}. */
export function formatLifetime(lifetimeMs: number): string {
  const unit = (['d', 'h', 'm'] as const).find((name) => lifetimeMs % (UNITS_MS[name] as number) === 0) ?? 'm'
  return `${Math.round(lifetimeMs / (UNITS_MS[unit] as number))}${unit}`
}
