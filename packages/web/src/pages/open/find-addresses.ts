/** What sets an authenticator app up: `otpauth://`, as Google Authenticator has it. */
export interface Otp {
  readonly type: 'totp' | 'hotp'
  /** Who asks for the codes; may be empty. */
  readonly issuer: string
  /** Whose codes they are; may be empty. */
  readonly account: string
  /** Base 32, as written. */
  readonly secret: string
}

/** An address in a text. It is only ever shown and copied. */
export interface Address {
  readonly start: number
  readonly end: number
  /** `null` if it is a web or SSH address. */
  readonly otp: Otp | null
}

/** Longest `otpauth:` address that is read, in characters. */
const OTP_CHARACTERS_MAX = 2048

/** Where an address may begin and what it may run on with: no spaces, no quotes, no controls, no marks that turn the order around. */
const ADDRESS = /\b(?:https?|ssh|otpauth):\/\/[^\s<>"`{}|\\^«»“”„「」『』（）、。，；\p{Cc}\p{Cf}\p{Cs}]+/giu

/** What ends a sentence rather than an address. */
const TRAILING = new Set(".,;:!?'’…*_~")

/** Find addresses of the web, of SSH and of authenticator apps, in the order of the text. */
export function findAddresses(text: string): readonly Address[] {
  return Array.from(text.matchAll(ADDRESS), ({ 0: run, index }) => readAddress(run, index)).filter((address) => address !== null)
}

/** Whether an address, or a value that is one, has a password in front of its host. */
export function hasPassword(value: string): boolean {
  const from = value.indexOf('://')
  const authority = from === -1 ? '' : (value.slice(from + 3).split(/[/?#\s]/, 1)[0] ?? '')
  return authority.slice(0, Math.max(0, authority.lastIndexOf('@'))).includes(':')
}

/** Read an `otpauth:` address; `null` if it says anything that an authenticator app could not use. */
export function parseOtp(address: string): Otp | null {
  if (address.length > OTP_CHARACTERS_MAX) return null
  const [path, query = ''] = splitOnce(address.slice('otpauth://'.length), '?')
  const [typeText, label = ''] = splitOnce(path, '/')
  const type = typeText.toLowerCase()
  const parameters = new URLSearchParams(query.split('#', 1)[0])
  const [secret = '', ...others] = parameters.getAll('secret')
  if ((type !== 'totp' && type !== 'hotp') || others.length > 0 || !isBase32(secret)) return null
  const [first, second] = splitOnce(decode(label), ':')
  return { type, issuer: parameters.get('issuer') ?? (second === undefined ? '' : first), account: (second ?? first).trim(), secret }
}

function readAddress(run: string, index: number): Address | null {
  const address = run.slice(0, findEnd(run))
  const range = { start: index, end: index + address.length }
  if (/^otpauth:/i.test(address)) {
    const otp = parseOtp(address)
    return otp && { ...range, otp }
  }
  const host = address.slice(address.indexOf('://') + 3)
  return /^[\p{L}\p{N}[]/u.test(host) ? { ...range, otp: null } : null
}

/** Where an address ends: before a bracket that closes none of its own, and before what ends a sentence. */
function findEnd(run: string): number {
  let end = run.length
  let open = 0
  for (const { 0: bracket, index } of run.matchAll(/[()[\]]/g)) {
    open += bracket === '(' || bracket === '[' ? 1 : -1
    if (open >= 0) continue
    end = index
    break
  }
  while (TRAILING.has(run.charAt(end - 1))) end--
  return end
}

function isBase32(text: string): boolean {
  return /^[a-z2-7]{1,1024}={0,6}$/i.test(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function splitOnce(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + sign.length)]
}
