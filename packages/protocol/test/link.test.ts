import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findToken, foldPin, formatLinkToken, formatReceiptToken, isPinPortable, parseSecretId, parseToken } from '@letterlock/protocol'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => new Uint8Array(array))

test('reads every token that it writes, and no other page’s token as its own', async () => {
  await fc.assert(
    fc.asyncProperty(key, async (bytes) => {
      const link = await formatLinkToken(bytes)
      assert.match(link, /^[A-Za-z0-9]+$/)
      assert.deepEqual(await parseToken(link), { kind: 'link', linkKey: bytes })
      const receipt = await formatReceiptToken(parseSecretId('00112233445566778899aabbccddeeff')!, bytes)
      assert.equal((await parseToken(receipt))?.kind, 'receipt')
    }),
  )
})

test('refuses a token with any one character changed, or cut off anywhere', async () => {
  const token = await formatLinkToken(new Uint8Array(32).fill(200))
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'z' ? 'y' : 'z'
    assert.equal(await parseToken(token.slice(0, at) + other + token.slice(at + 1)), null, `character ${at}`)
    assert.equal(await parseToken(token.slice(0, at)), null, `cut at ${at}`)
  }
})

test('finds the token in what mail and chat programs leave of a link', async () => {
  const token = await formatLinkToken(new Uint8Array(32).fill(3))
  const link = `https://secrets.example/s#${token}`
  const texts = [
    `<${link}>`,
    `${link}.`,
    `(${link})`,
    `Here it is: ${link}\nRegards, A`,
    `${link}&utm_source=x`,
    `${link}?a=b`,
    link.replace('#', '%23'),
    link.replace('#', '%2523'),
    `${link.slice(0, 50)}\n${link.slice(50)}`,
    `> ${link.slice(0, 60)}\r\n> ${link.slice(60)}`,
    `${link.slice(0, 50)}=\r\n${link.slice(50)}`,
    `\u200E${token}`.slice(1),
    ` ${token} `,
    `#${token}`,
    `"${link}"`,
    `${link}/`,
  ]
  for (const text of texts) assert.equal((await findToken(text))?.kind, 'link', text)
})

test('gives up on a huge text without a token, after as many readings as it may try', async () => {
  assert.equal(await findToken('#1'.repeat(500_000)), null)
  assert.equal(await findToken('1'.repeat(1_000_000)), null)
  const token = await formatLinkToken(new Uint8Array(32).fill(3))
  // At every place but the last few, a text of one run is read in each of the three lengths, so this is reading 511, and then 514.
  assert.equal((await findToken('z'.repeat(177) + token))?.kind, 'link')
  assert.equal(await findToken('z'.repeat(178) + token), null)
  assert.equal((await findToken(' '.repeat(65_536 - 48) + token))?.kind, 'link')
  assert.equal(await findToken(' '.repeat(65_536 - 47) + token), null)
})

test('takes the first of several tokens, or the first of the kind that is wanted', async () => {
  const link = await formatLinkToken(new Uint8Array(32).fill(3))
  const other = await formatLinkToken(new Uint8Array(32).fill(4))
  const receipt = await formatReceiptToken(parseSecretId('00112233445566778899aabbccddeeff')!, new Uint8Array(32).fill(5))
  const text = `Receipt: https://secrets.example/receipt#${receipt}\nLink: https://secrets.example/s#${link} and /s#${other}`
  const [asReceipt, asLink, asOther] = await Promise.all([receipt, link, other].map(parseToken))
  assert.deepEqual(await findToken(text), asReceipt)
  assert.deepEqual(await findToken(text, 'receipt'), asReceipt)
  assert.deepEqual(await findToken(text, 'link'), asLink)
  assert.deepEqual(await findToken(text, 'fill'), asReceipt)
  assert.deepEqual(await findToken(text.replace(link, link.slice(1)), 'link'), asOther)
})

test('folds what any keyboard types for the same PIN into one', () => {
  for (const typed of ['4711', '٤٧١١', '۴۷۱۱', '４７１１', ' 4711\n', '\u30004711\u3000', '𝟜𝟟𝟙𝟙'])
    assert.equal(foldPin(typed), '4711', typed)
  assert.equal(foldPin('a B'), 'a B')
  for (const none of ['', ' ', '\u3000\n']) assert.equal(foldPin(none), null)
  assert.equal(foldPin('🔑'.repeat(256)), '🔑'.repeat(256))
  assert.equal(foldPin('🔑'.repeat(257)), null)
  assert.equal(isPinPortable('4711'), true)
  for (const odd of ['a\u0000', '\uD800', '\u0378']) assert.equal(isPinPortable(odd), false)
})
