import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  announceMade,
  describeEnd,
  describeInstructions,
  describeList,
  describePerson,
  describeTable,
  describeTitle,
  formatMail,
} from '../src/pages/create/describe-made.ts'
import { type Made, type MadeEvent, beginMade, findRisks, reduceMade } from '../src/pages/create/made-state.ts'

const times = { locale: 'en', timeZone: 'UTC' }
const linkOf = (name: string) => ({
  link: `https://example.org/s#${name}`,
  receiptLink: `https://example.org/receipt#${name}`,
  receiptToken: name,
})
const HOUR_MS = 3_600_000
const one = beginMade([linkOf('a')], null, HOUR_MS, 0)
const three = beginMade(['a', 'b', 'c'].map(linkOf), null, HOUR_MS, 0)
const after = (made: Made, ...events: MadeEvent[]) => events.reduce(reduceMade, made)

describe('links that are ready', () => {
  test('would be lost until each was copied, or all went somewhere at once', () => {
    assert.equal(findRisks(one).links, true)
    const copies = [0, 1, 2].map((link): MadeEvent => ({ type: 'did', last: { link } }))
    assert.equal(findRisks(after(three, ...copies.slice(0, 2))).links, true)
    assert.equal(findRisks(after(three, ...copies)).links, false)
    for (const last of ['instructions', 'list'] as const) assert.equal(findRisks(after(three, { type: 'did', last })).links, false)
    assert.equal(findRisks(after(three, { type: 'kept' })).links, false)
  })

  test('are not kept by what failed, by a receipt, or by a QR code that nobody has seen', () => {
    for (const last of ['asking', 'receipt', 'pin', 'refused', 'share-refused', 'qr-unavailable', 'keep-refused'] as const)
      assert.equal(findRisks(after(one, { type: 'did', last })).links, true, last)
    for (const qr of ['loading', 'unavailable'] as const)
      assert.equal(findRisks(after(one, { type: 'qr', qr }, { type: 'qr-shown', isShown: true })).links, true, qr)
    assert.equal(findRisks(after(one, { type: 'qr', qr: 'ready' })).links, true)
    const shown = after(one, { type: 'qr', qr: 'ready' }, { type: 'qr-shown', isShown: true })
    assert.equal(findRisks(shown).links, false)
    assert.equal(findRisks(after(shown, { type: 'qr-shown', isShown: false })).links, false)
  })

  test('count a PIN as lost only if it was made up here and never copied', () => {
    const withPin = (isMadeUp: boolean) => beginMade([linkOf('a')], { text: '482913', isMadeUp }, HOUR_MS, 0)
    assert.deepEqual(findRisks(withPin(false)), { links: true, pin: false })
    assert.deepEqual(findRisks(withPin(true)), { links: true, pin: true })
    assert.deepEqual(findRisks(after(withPin(true), { type: 'kept' })), { links: false, pin: true })
    assert.deepEqual(findRisks(after(withPin(true), { type: 'did', last: 'pin' })), { links: true, pin: false })
    assert.deepEqual(findRisks(after(one, { type: 'did', last: 'pin' })), { links: true, pin: false })
  })

  test('ask before they are left, and stay when the answer is no', () => {
    const asking = after(one, { type: 'starting-over' })
    assert.equal(asking.isAsking, true)
    assert.deepEqual(after(asking, { type: 'stayed' }), one)
  })

  test('have the name that the sender gives them, and a number until then', () => {
    const named = after(three, { type: 'named', index: 1, name: ' Ada ' })
    assert.deepEqual(
      named.links.map((link, index) => describePerson(link, index, 'en')),
      ['Person 1', 'Ada', 'Person 3'],
    )
    assert.deepEqual(after(three, { type: 'named', index: 3, name: 'nobody' }), three)
    assert.equal(describeList(named), 'https://example.org/s#a\nAda: https://example.org/s#b\nhttps://example.org/s#c')
    const [header, ...rows] = describeTable(named, 'en').trimEnd().split('\r\n')
    assert.equal(header, '\uFEFFName,Link to send,"Receipt, for you alone"')
    assert.deepEqual(rows, [
      'Person 1,https://example.org/s#a,https://example.org/receipt#a',
      'Ada,https://example.org/s#b,https://example.org/receipt#b',
      'Person 3,https://example.org/s#c,https://example.org/receipt#c',
    ])
  })

  test('travel by mail with every line and letter as it was written', () => {
    const [link] = one.links
    assert.ok(link !== undefined)
    const { protocol, searchParams } = new URL(formatMail(one, { ...link, link: `${link.link}?a&b=c%20d` }, times))
    assert.equal(protocol, 'mailto:')
    assert.equal(searchParams.get('subject'), 'A secret for you')
    const body = searchParams.get('body') ?? ''
    assert.equal(body.replaceAll('\r\n', '\n'), describeInstructions(one, { ...link, link: `${link.link}?a&b=c%20d` }, times))
    assert.doesNotMatch(body, /(?<!\r)\n|\r(?!\n)/)
    assert.match(body, /\r\n\r\nhttps:\/\/example\.org\/s#a\?a&b=c%20d\r\n\r\n/)
  })

  test('are told of as one or as many', () => {
    assert.equal(describeTitle(one, 'en'), 'Your link is ready')
    assert.equal(describeTitle(three, 'en'), '3 links are ready')
    assert.match(describeEnd(one, times), /^It runs out on .*January.* \(in 60 minutes\)\.$/)
    assert.match(describeEnd(three, times), /^They run out on /)
  })

  test('are announced, and whatever is done with them, again and again', () => {
    const heard = (made: Made) => announceMade(made, 'en')
    assert.equal(heard(one), 'Your link is ready')
    assert.equal(heard(after(one, { type: 'did', last: { link: 0 } })), 'Copied')
    const first = after(three, { type: 'did', last: { link: 0 } })
    assert.equal(heard(first), 'Copied: Person 1')
    assert.equal(heard(after(first, { type: 'did', last: 'asking' })), '')
    assert.equal(heard(after(first, { type: 'named', index: 1, name: 'Ada' }, { type: 'did', last: { link: 1 } })), 'Copied: Ada')
    const refusals = (['refused', 'share-refused'] as const).map((last) => heard(after(one, { type: 'did', last })))
    refusals.push(heard(after(one, { type: 'qr', qr: 'unavailable' })), heard(after(one, { type: 'keeping', keeping: 'refused' })))
    assert.equal(new Set(refusals).size, 4)
    for (const refusal of refusals) assert.match(refusal, /^[A-Z].*\.$/)
    assert.equal(heard(after(one, { type: 'qr', qr: 'unavailable' }, { type: 'did', last: 'receipt' })), 'Copied')
  })
})
