/** A random integer of 32 bits, 0 to 2³² - 1, from a cryptographically secure source. */
export type Draw = () => number

/** Draws in a row that may be refused. Fewer than half are, so a sound source never gets there. */
const DRAWS_MAX = 1000

/**
 * Draw an integer from 0 to `count` - 1, every one as likely as every other: what lies beyond the
 * last whole multiple of `count` is drawn again, since a remainder of it would favour the small.
 *
 * @param count - 1 to 2³².
 */
export function drawBelow(count: number, draw: Draw = drawRandom): number {
  const end = 2 ** 32 - (2 ** 32 % count)
  for (let draws = 0; draws < DRAWS_MAX; draws++) {
    const drawn = draw()
    if (drawn < end) return drawn % count
  }
  throw new Error(`${DRAWS_MAX} random numbers in a row could not be used`)
}

function drawRandom(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number
}
