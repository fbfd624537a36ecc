import type { Act } from './history.ts'

type Asked = Pick<Act, 'kind' | 'by'>

/** A call from one instant to another; without an answer nobody knows whether it took place. */
export function call(asked: Asked, beganAt: number, endedAt: number | null, outcome: string | null): Act {
  return { ...asked, beganAt, endedAt: endedAt ?? Number.POSITIVE_INFINITY, outcome }
}

const created = call({ kind: 'create', by: '' }, 0, 1, 'created')
const claim = (by: number): Asked => ({ kind: 'claim', by: `${by}` })
const ack = (by: number, isRight = true): Asked => ({ kind: isRight ? 'ack' : 'wrongAck', by: `${by}` })
const peek: Asked = { kind: 'peek', by: '' }
const receipt: Asked = { kind: 'receipt', by: '' }
const burn: Asked = { kind: 'burn', by: '' }

/** Histories of one secret that no order of calls explains, by what is wrong with them. */
export const BAD_HISTORIES: Readonly<Record<string, readonly Act[]>> = {
  'two winners at once': [created, call(claim(0), 2, 5, 'claimed'), call(claim(1), 2, 5, 'claimed')],
  'a second winner after the ack': [created, call(claim(0), 2, 3, 'claimed'), call(ack(0), 4, 5, 'acked'), call(claim(1), 6, 7, 'claimed')],
  'nobody who won': [created, call(claim(0), 2, 5, 'gone'), call(claim(1), 2, 5, 'gone')],
  'two winners, of whom one asks again after a lost reply': [
    created,
    call(claim(0), 2, null, null),
    call(claim(1), 3, 4, 'claimed'),
    call(claim(0), 5, 6, 'claimed'),
  ],
  'a peek that still says sealed after a claim was answered': [created, call(claim(0), 2, 3, 'claimed'), call(peek, 4, 5, 'sealed')],
  'gone before anybody claimed': [created, call(peek, 2, 3, 'gone'), call(claim(0), 4, 5, 'claimed')],
  'sealed again for another, after gone': [created, call(claim(0), 2, 9, 'claimed'), call(peek, 3, 4, 'gone'), call(peek, 5, 6, 'sealed')],
  'a winner who is told gone before the end': [created, call(claim(0), 2, 3, 'claimed'), call(claim(0), 4, 5, 'gone')],
  'a winner who is let in again after the ack': [
    created,
    call(claim(0), 2, 3, 'claimed'),
    call(ack(0), 4, 5, 'acked'),
    call(claim(0), 6, 7, 'claimed'),
  ],
  'an ack of somebody else': [created, call(claim(0), 2, 3, 'claimed'), call(ack(1), 4, 5, 'acked')],
  'a wrong ack that is taken': [created, call(claim(0), 2, 3, 'claimed'), call(ack(0, false), 4, 5, 'acked')],
  'a receipt that confirms before the ack': [
    created,
    call(claim(0), 2, 3, 'claimed'),
    call(receipt, 4, 5, 'confirmed'),
    call(ack(0), 6, 7, 'acked'),
  ],
  'receipts out of order': [created, call(claim(0), 2, 9, 'claimed'), call(receipt, 3, 4, 'claimed'), call(receipt, 5, 6, 'sealed')],
  'a receipt that forgets an ack': [created, call(claim(0), 2, 3, 'claimed'), call(ack(0), 4, 5, 'acked'), call(receipt, 6, 7, 'claimed')],
  'a burn that came in time, and a winner': [created, call(claim(0), 2, 5, 'claimed'), call(burn, 2, 5, 'burned')],
  'a create that was answered and is not there': [created, call(peek, 2, 3, 'unknown')],
}
