import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ENDS,
  EVENT_CHARACTERS_MAX,
  HEARTBEAT,
  type Receipt,
  encodeBase64url,
  encodeFollowReceipt,
  encodeUtf8,
  formatReceiptEvent,
  hasEnded,
  parseReceipt,
  parseReceiptEvents,
  parseSecretId,
} from '@letterlock/protocol'

const sealed = { state: 'sealed', confirmed: false, createdAt: 1000, expiresAt: 2000, attemptsFailed: 0 }
const jsonOf = (attemptsFailed: number, more: object = {}) => JSON.stringify({ ...sealed, attemptsFailed, ...more })

/** What came of bytes in these pieces: the receipts by their attempts, and whether the stream was sound. */
function read(...pieces: readonly Uint8Array[]): { readonly told: readonly number[]; readonly isSound: boolean } {
  const told: number[] = []
  const feed = parseReceiptEvents(({ attemptsFailed }) => told.push(attemptsFailed))
  return { told, isSound: pieces.every((piece) => feed(new Uint8Array(piece))) }
}

const readText = (text: string) => read(encodeUtf8(text))
const sound = (...told: readonly number[]) => ({ told, isSound: true })

/** Cuts of some bytes, by weights: pieces of no length, too. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}

const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
const places = fc.array(fc.nat(), { maxLength: 40 })
/** What may stand between the lines of an event, and says nothing. */
const noise = fc.constantFrom(':', ': ping', ':data: {}', 'id: 7', 'retry: 100', 'unknown: ü🙂', 'data2: {}', 'Event: receipt', 'id')
const eventLines = fc
  .tuple(fc.nat({ max: 99 }), fc.boolean(), fc.constantFrom('', ' '), fc.boolean(), fc.array(noise, { maxLength: 3 }))
  .map(([n, isReceipt, space, isCutInLines, between]) => {
    const json = isCutInLines ? JSON.stringify(JSON.parse(jsonOf(n, { word: 'ü🙂' })), null, ' ') : jsonOf(n)
    const name = isReceipt ? [`event:${space}receipt`] : ['event: other', 'event']
    return { n: isReceipt ? n : null, lines: [...name, ...between, ...json.split('\n').map((line) => `data:${space}${line}`), ''] }
  })

test('reads the same receipts in whatever pieces a stream comes, with every kind of line end and whatever stands between', () => {
  const stream = fc.array(fc.tuple(eventLines, fc.array(noise, { maxLength: 2 })), { maxLength: 6 })
  fc.assert(
    fc.property(stream, fc.infiniteStream(lineEnd), fc.boolean(), places, (events, ends, hasMark, cuts) => {
      const lines = events.flatMap(([{ lines }, comments]) => [...comments, ...lines])
      // A CR and then an empty line that ends in LF are one line end, so an end is the same all through where it matters.
      const texts = lines.map((line) => `${line}${ends.next().value}`)
      const text = texts.map((line, i) => (line.endsWith('\r') && texts[i + 1] === '\n' ? `${line}\n` : line)).join('')
      const bytes = encodeUtf8(`${hasMark ? '\uFEFF' : ''}${text}`)
      const wanted = sound(...events.flatMap(([{ n }]) => (n === null ? [] : [n])))
      assert.deepEqual(read(bytes), wanted)
      assert.deepEqual(read(...cut(bytes, cuts)), wanted)
      assert.deepEqual(read(...Array.from(bytes, (byte) => Uint8Array.of(byte))), wanted)
    }),
  )
})

test('says the same of any bytes in whatever pieces they come', () => {
  const text = fc.array(fc.constantFrom('data:', 'event:', 'receipt', ' ', '\r', '\n', ':', jsonOf(1), '\uFEFF', 'ü', 'x'.repeat(9000)))
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    text.map((parts) => encodeUtf8(parts.join(''))),
  )
  fc.assert(
    fc.property(bytes, places, (whole, cuts) => assert.deepEqual(read(...cut(whole, cuts)), read(whole))),
    { numRuns: 500 },
  )
})

test('reads what the server writes, and takes a heartbeat for nothing', () => {
  const stream = `${HEARTBEAT}${formatReceiptEvent(jsonOf(1))}${HEARTBEAT}${HEARTBEAT}${formatReceiptEvent(jsonOf(2))}`
  assert.deepEqual(readText(stream), sound(1, 2))
  const told: Receipt[] = []
  parseReceiptEvents((receipt) => told.push(receipt))(encodeUtf8(formatReceiptEvent(jsonOf(3, { claimedAt: 5000, newer: 'field' }))))
  assert.deepEqual(told, [parseReceipt({ ...sealed, attemptsFailed: 3, claimedAt: 5000 })])
})

test('passes over every other event, whatever is in it', () => {
  const others = [
    'data: {}',
    'event: message\ndata: {}',
    'event: Receipt\ndata: {}',
    'event: receipt \ndata: {}',
    'event: receipt\nevent: x\ndata: {}',
  ]
  for (const other of others) assert.deepEqual(readText(`${other}\n\n${formatReceiptEvent(jsonOf(1))}`), sound(1), other)
})

test('gives no event that has no data, or that is not finished', () => {
  assert.deepEqual(readText('event: receipt\n\n'), sound())
  assert.deepEqual(readText(`event: receipt\n\ndata: ${jsonOf(1)}\n\n`), sound(), 'a name belongs to one event')
  for (const text of [`event: receipt\ndata: ${jsonOf(1)}`, `event: receipt\ndata: ${jsonOf(1)}\n`])
    assert.deepEqual(readText(text), sound())
})

test('takes a byte order mark away at the beginning alone', () => {
  assert.deepEqual(readText(`\uFEFF${formatReceiptEvent(jsonOf(1))}`), sound(1))
  assert.deepEqual(readText(`\uFEFF\uFEFF${formatReceiptEvent(jsonOf(1))}${formatReceiptEvent(jsonOf(2))}`), sound(2))
  assert.deepEqual(readText(`${formatReceiptEvent(jsonOf(1))}\uFEFF${formatReceiptEvent(jsonOf(2))}`), sound(1))
})

test('a receipt that is none is a damaged stream, and never an end', () => {
  const others = ['', '{}', 'null', '[]', '{', jsonOf(1).replace('sealed', 'open'), jsonOf(1).replace('false', '0'), `${jsonOf(1)}x`]
  for (const other of others) {
    const stream = `${formatReceiptEvent(jsonOf(1))}event: receipt\ndata: ${other}\n\n${formatReceiptEvent(jsonOf(2))}`
    assert.deepEqual(readText(stream), { told: [1], isSound: false }, other)
  }
})

test('keeps no more than its limit of a line or of an event, and takes the limit itself', () => {
  const fill = (characters: number) => 'x'.repeat(characters)
  const long = (characters: number) => `: ${fill(characters - 2)}`
  const padded = (characters: number) => `data: ${fill(characters)}`
  const many = (count: number) => `${padded(1023)}\n`.repeat(count)
  const after = `\n\n${formatReceiptEvent(jsonOf(1))}`
  assert.deepEqual(readText(`${long(EVENT_CHARACTERS_MAX)}${after}`), sound(1))
  assert.deepEqual(readText(`${long(EVENT_CHARACTERS_MAX + 1)}${after}`), { told: [], isSound: false })
  // Lines of 1023 characters, each joined to the next by one more.
  assert.deepEqual(readText(`${many(EVENT_CHARACTERS_MAX / 1024)}${after}`), sound(1))
  assert.deepEqual(readText(`${many(EVENT_CHARACTERS_MAX / 1024)}data: x${after}`), { told: [], isSound: false })
  const feed = parseReceiptEvents(() => assert.fail())
  let fed = 0
  while (feed(encodeUtf8(fill(100)))) assert.ok((fed += 100) <= EVENT_CHARACTERS_MAX, 'a line without an end is let go')
})

test('puts the receipt key in the header and not in the path', () => {
  const id = parseSecretId('0'.repeat(32))!
  const receiptKey = new Uint8Array(32).fill(255)
  const request = encodeFollowReceipt(id, receiptKey)
  assert.deepEqual(request, { method: 'GET', path: `api/v1/secrets/${id}/receipt/events`, bearer: encodeBase64url(receiptKey) })
})

test('knows the five ends from the states before them', () => {
  const states = ['draft', 'sealed', 'claimed', ...ENDS] as const
  const found = states.filter((state) => hasEnded(parseReceipt({ ...sealed, state })!))
  assert.deepEqual(found, ENDS)
})
