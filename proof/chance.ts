/** Chance that a seed repeats. */
export interface Chance {
  /** At least 0, less than 1. */
  readonly next: () => number
  /** A whole number, at least 0 and less than `end`. */
  readonly below: (end: number) => number
  /** One of some. */
  readonly pick: <Item>(items: readonly Item[]) => Item
}

/** Mulberry32, by Tommy Ettinger: small, and even enough to choose cases by. */
export function drawChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    pick(items) {
      if (items.length === 0) throw new TypeError('there is nothing to pick from')
      return items[below(items.length)] as (typeof items)[number]
    },
  }
}
