import type { ClientError } from './connect.ts'

/**
 * How long a server that cannot do something now asks to wait, in ms; `null` if it does not
 * say. It says so in seconds: the other form of `Retry-After` is none of ours.
 */
export function readWait({ cause }: ClientError): number | null {
  const seconds = cause instanceof Response ? (cause.headers.get('retry-after') ?? '') : ''
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null
}
