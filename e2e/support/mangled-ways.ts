import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { TokenTrouble } from '../../packages/protocol/src/index.ts'
import type { Way } from '../../packages/protocol/test/vectors.ts'
import { type RawSecret, calls, makeSecret, readToken, send } from '../../packages/server/test/support/raw-client.ts'
import { SECRET } from './steps.ts'

const { ways: all } = JSON.parse(readFileSync(new URL('../../vectors/mangled-links.json', import.meta.url), 'utf8')) as {
  readonly ways: readonly Way[]
}

/** Ways in which a link is mangled before it becomes an address. */
export const ways = all.filter(({ where }) => where === 'address')

export const pick = (name: string) => ways.find((way) => way.name === name) ?? assert.fail(`no way is named ${name}`)

/**
 * Of each kind of mangling those that engines may read differently: what they encode, strip and
 * normalise in an address. For the engines in which not every way is walked.
 */
export const chosenWays = [
  '# encoded',
  '# encoded twice',
  '# encoded, a text fragment behind it',
  '# encoded behind a query',
  '# became ?token=',
  '# became ?, a parameter behind it',
  '# became /',
  '# as an HTML entity',
  '# doubled',
  '# and encoded link behind it',
  'path in capitals',
  'query before the #',
  'full stop before the #',
  'exclamation mark and slash behind the #',
  'angle brackets around the token',
  'quotation marks around the token',
  'full stop behind',
  'query behind',
  'parameter behind',
  'text fragment behind',
  'next sentence behind',
  'link twice',
  'zero-width space inside',
  'encoded line break inside',
  'no-break space inside',
  'every letter encoded twice',
  'full-width letters',
  'page dropped',
  'another folder',
  'slash doubled',
  'page of receipts, # encoded',
  'fragment dropped',
  'torn in the middle, # encoded',
  'last character missing',
  'in small letters',
  'in small letters, # encoded',
  'in capitals',
  'a character changed, # became ?',
  'a letter from another script',
  'receipt, # became ?',
  'receipt, page of secrets',
].map(pick)

/** The ways whose link still leads where it should. */
export const listOpened = (some: readonly Way[]) => some.filter(({ outcome }) => outcome === 'link')

/** The ways whose link cannot be mended. */
export const listExplained = (some: readonly Way[]) =>
  some.filter((way): way is Way & { readonly outcome: TokenTrouble } => way.outcome !== 'link' && way.outcome !== 'receipt')

/** The ways of a receipt. */
export const listReceipts = (some: readonly Way[]) => some.filter(({ outcome }) => outcome === 'receipt')

assert.ok(listOpened(chosenWays).length >= 25 && listReceipts(chosenWays).length >= 2, 'enough ways are chosen')

/** Good parts of a token, as whatever they may have become. */
export const listTokenParts = ({ token }: Way) =>
  [token.slice(2, 16), token.slice(24, 40)].flatMap((part) => [part, part.toLowerCase(), part.toUpperCase()])

/** Keep a secret under the very link that has been mangled. */
export async function keepMangled(url: string, { token }: Way): Promise<RawSecret> {
  const made = makeSecret(SECRET, { linkKey: readToken(token) })
  assert.equal((await send(url, calls.create(made))).status, 201)
  return made
}

/** Nobody has used it up. */
export async function seeSealed(url: string, made: RawSecret, { name }: Way): Promise<void> {
  assert.equal((await send(url, calls.receipt(made))).json()['state'], 'sealed', name)
}
