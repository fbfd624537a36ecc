import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Token, diagnoseToken, findToken, formatLinkToken, formatReceiptToken, parseSecretId, parseToken } from '@letterlock/protocol'
import { readVectors } from './read-vectors.ts'
import { type Way, follow, tellOutcome } from './vectors.ts'

const { ways } = (await readVectors()).mangled

/** The ways of the table that come out otherwise than it says. */
async function listMistaken(find: typeof findToken): Promise<readonly Way[]> {
  const said = await Promise.all(ways.map(async (way) => [way, await follow(way, find), await tellOutcome(way)] as const))
  return said.filter(([, found, wanted]) => JSON.stringify(found) !== JSON.stringify(wanted)).map(([way]) => way)
}

/** Steps 1 to 4 of SPEC §3.3, and no search. */
function findStrictly(text: string): Promise<Token | null> {
  const fragment = /(?:#|%(?:25)?23)(.*)$/s.exec(text)?.[1] ?? text
  return parseToken(/^[A-Za-z0-9]*/.exec(fragment.trim())?.[0] ?? '')
}

test('mends or explains every way in which links are mangled', async () => {
  assert.ok(ways.length >= 45 && ways.filter(({ where }) => where === 'address').length >= 25)
  assert.equal(new Set(ways.map(({ where, name }) => `${where} ${name}`)).size, ways.length)
  assert.deepEqual(await listMistaken(findToken), [])
})

test('would not, if it read a link in the strict form only', async () => {
  const mistaken = await listMistaken(findStrictly)
  const readable = ways.filter(({ outcome }) => outcome === 'link' || outcome === 'receipt')
  assert.ok(mistaken.length > readable.length / 2, `only ${mistaken.length} of ${readable.length} need more`)
  assert.ok(!mistaken.some(({ name }) => name === 'as it was sent' || name === 'whole link'))
})

test('mends no letter case and no letter: what is not what was sent gives no token', async () => {
  const token = await formatLinkToken(new Uint8Array(32).fill(9))
  for (const text of [token.toLowerCase(), token.toUpperCase(), token.replace(/[a-z]/, (letter) => letter.toUpperCase())])
    assert.equal(await findToken(`https://secrets.example/s#${text}`), null)
  assert.equal(await findToken(Array.from(token).toReversed().join('')), null)
})

test('says what is wrong with a token by its length and its letters', async () => {
  const link = await formatLinkToken(new Uint8Array(32).fill(200))
  const receipt = await formatReceiptToken(parseSecretId('00112233445566778899aabbccddeeff')!, new Uint8Array(32).fill(5))
  for (const token of [link, receipt]) {
    assert.equal(diagnoseToken(`#${token.toLowerCase()}`), 'lower-cased')
    assert.equal(diagnoseToken(`#${token.toUpperCase()}`), 'upper-cased')
    assert.equal(diagnoseToken(`#${Array.from(token).toReversed().join('')}`), 'changed')
    for (const length of [1, 19, 20, token.length - 1]) assert.equal(diagnoseToken(`#${token.slice(0, length)}`), 'cut', `${length}`)
    assert.equal(diagnoseToken(token.slice(0, 20)), 'cut')
    assert.equal(diagnoseToken(token.slice(0, 19)), 'no-link')
  }
  assert.equal(diagnoseToken('7'.repeat(48)), 'changed')
  assert.equal(diagnoseToken('z'.repeat(73)), 'changed')
  for (const text of ['', ' ', '#', '#?', '%20', '\u200b']) assert.equal(diagnoseToken(text), 'empty', text)
  for (const text of ['hello', 'see #2 of the list', 'https://www.example.org/', '0'.repeat(32)])
    assert.equal(diagnoseToken(text), 'no-link')
})
