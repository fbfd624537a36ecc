/** Creates that one network may make in one go, and how often one more is granted, in ms. */
export const CREATE_BURST = 60
export const CREATE_INTERVAL_MS = 1000

/** Networks that are remembered at once; older ones are forgotten wholesale. */
const NETWORKS_MAX = 50_000

/** Decides whether one more call from a network is granted; if not, after how many ms it would be. */
export type RateLimit = (network: string, nowMs: number) => number | null

/**
 * The generic cell rate algorithm: one number for each network, in two generations so that the
 * memory is bounded and nothing is ever searched through.
 *
 * @returns `null` if granted, else the ms to wait.
 */
export function createRateLimit(burst: number, intervalMs: number): RateLimit {
  let young = new Map<string, number>()
  let old = new Map<string, number>()
  return (network, nowMs) => {
    const full = Math.max(young.get(network) ?? old.get(network) ?? nowMs, nowMs)
    const waitMs = full + intervalMs - (nowMs + burst * intervalMs)
    if (waitMs > 0) return waitMs
    if (young.size >= NETWORKS_MAX) {
      old = young
      young = new Map()
    }
    young.set(network, full + intervalMs)
    return null
  }
}

/**
 * The network that an address is counted with: an IPv4 address by itself, an IPv6 one by its
 * first 64 bits, since a household has that many. `null` for this machine, where a proxy of
 * the operator's stands for everyone.
 */
export function networkOf(address: string | undefined): string | null {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  if (plain === '' || plain === '::1' || plain.startsWith('127.')) return null
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  return [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ?? '').split(':')].slice(0, 4).join(':')
}
