import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type App, anApp } from '../support/in-process.ts'
import { type RawRequest, calls, makeSecret } from '../support/raw-client.ts'
import { assertProblem } from './replies.ts'

const secret = makeSecret()
const whole = JSON.stringify(secret.create)
const claimWhole = calls.claim(secret).body as string
const ackWhole = calls.ack(secret).body as string
const k43 = secret.create['accessHash'] as string

/** A create whose body is this text. */
const create = (body: string | Buffer): RawRequest => ({ ...calls.create(secret), body })
const withField = (name: string, json: string) => create(whole.replace(new RegExp(`"${name}":("[^"]*"|\\d+|null)`), `"${name}":${json}`))

/** Send each, see that it is refused by the name, and that no store has been asked. */
async function refuseAll(app: App, cases: readonly (readonly [request: RawRequest, field: string])[]): Promise<void> {
  for (const [request, field] of cases) {
    const reply = await app.send(request)
    assert.equal(reply.status, 400, `${String(request.body).slice(0, 200)} is not refused for ${field}`)
    assertProblem(reply, 'malformed', { field })
  }
  assert.deepEqual(app.asked, [])
}

test('what these tests change one thing of is taken as it is', async (t) => {
  const app = await anApp(t)
  assert.equal((await app.send(create(whole))).status, 201)
  const spellings = [
    ` \r\n\t${whole} \n`,
    whole.replace('"id"', String.raw`"\u0069\u0064"`),
    whole.replace('604800000', '604800000.0'),
    whole.replace('604800000', '6.048e8'),
    JSON.stringify(Object.fromEntries(Object.entries(secret.create).toReversed())),
  ]
  for (const body of spellings) assert.equal((await app.send(create(body))).status, 201, body)
  assert.deepEqual(
    app.asked,
    Array.from({ length: spellings.length + 1 }, () => 'create'),
  )
})

test('every field of every call must be there', async (t) => {
  const app = await anApp(t)
  const without = (text: string, name: string) => {
    const { [name]: _gone, ...rest } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify(rest)
  }
  const cases = (request: RawRequest) =>
    Object.keys(JSON.parse(request.body as string) as object).map(
      (name) => [{ ...request, body: without(request.body as string, name) }, name] as const,
    )
  await refuseAll(app, [...cases(calls.create(secret)), ...cases(calls.claim(secret)), ...cases(calls.ack(secret))])
})

test('no field of any call may be of another type', async (t) => {
  const app = await anApp(t)
  const types = ['null', 'true', '0', '1.5', '-1', '""', '"x"', '[]', '{}', `["${k43}"]`, `{"${k43}":1}`]
  const cases = (request: RawRequest) =>
    Object.keys(JSON.parse(request.body as string) as object).flatMap((name) =>
      types
        .filter((json) => !(name === 'pin' && json === 'null') && !(name === 'lifetimeMs' && json === '0'))
        .map((json) => {
          const value = (JSON.parse(request.body as string) as Record<string, unknown>)[name]
          const body = (request.body as string).replace(`"${name}":${JSON.stringify(value)}`, `"${name}":${json}`)
          return [{ ...request, body }, name] as const
        }),
    )
  await refuseAll(app, [...cases(calls.create(secret)), ...cases(calls.claim(secret)), ...cases(calls.ack(secret))])
})

test('a lifetime is a whole number of this range, and its text is no number', async (t) => {
  const app = await anApp(t)
  const others = ['3600000.5', '-3600000', '9007199254740992', '1e400', '"3600000"', '36e-1', 'false']
  await refuseAll(
    app,
    others.map((json) => [withField('lifetimeMs', json), 'lifetimeMs']),
  )
})

test('a field that is not of the call is refused by its name, cut to 64 characters', async (t) => {
  const app = await anApp(t)
  const names = [
    'extra',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
    'Id',
    'ID',
    'id ',
    'sealed\0',
  ]
  const add = (text: string, name: string, json = '{"polluted":true}') => text.replace('{', `{${JSON.stringify(name)}:${json},`)
  const cases = names.flatMap((name): (readonly [RawRequest, string])[] => [
    [create(add(whole, name)), name],
    [{ ...calls.claim(secret), body: add(claimWhole, name) }, name],
    [{ ...calls.ack(secret), body: add(ackWhole, name) }, name],
  ])
  await refuseAll(app, [
    ...cases,
    [create(add(whole, 'x'.repeat(500))), 'x'.repeat(64)],
    [create(whole.replace('{', String.raw`{"\u005f\u005fproto__":{"polluted":true},`)), '__proto__'],
  ])
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined, 'nothing has reached the prototype of all objects')
  assert.deepEqual(Object.keys(Object.prototype), [])
})

test('no name is taken twice, however it is spelled, however deep, and whatever stands between', async (t) => {
  const app = await anApp(t)
  const again = (json: string) => whole.replace(/\}$/, `,${json}}`)
  await refuseAll(app, [
    [create(again(`"id":"${secret.id}"`)), 'id'],
    [create(again(String.raw`"\u0069d":` + `"${secret.id}"`)), 'id'],
    [create(again(String.raw`"i\u0064" ` + `:\n"${secret.id}"`)), 'id'],
    [create(again('"pin":null')), 'pin'],
    [create(again('"pin" \t\r\n : null')), 'pin'],
    [create(again(`"sealed":"${k43}"`)), 'sealed'],
    [{ ...calls.claim(secret), body: claimWhole.replace(/\}$/, `,"claim":"${k43}"}`) }, 'claim'],
    [{ ...calls.ack(secret), body: ackWhole.replace(/\}$/, `,"ack":"${k43}"}`) }, 'ack'],
  ])
  for (const pin of [
    '{"attempts":5,"attempts":5}',
    String.raw`{"attempts":5,"\u0061ttempts":3}`,
    '{"__proto__":5}',
    '{"attempts":5,"x":1}',
  ]) {
    const { status, field } = (await app.send(withField('pin', pin))).json()
    assert.deepEqual({ status, isNamed: ['pin', 'attempts', 'x', '__proto__'].includes(String(field)) }, { status: 400, isNamed: true })
  }
  assert.deepEqual(app.asked, [])
})

test('a lone surrogate is refused wherever it stands, and is repeated nowhere', async (t) => {
  const app = await anApp(t)
  const lone = String.raw`\ud800`
  await refuseAll(app, [
    [withField('sealed', `"${lone}"`), 'sealed'],
    [withField('id', `"${lone}"`), 'id'],
    [create(whole.replace('{', `{"${lone}":1,`)), '�'],
    [create(whole.replace('{', `{"${'x'.repeat(63)}\\ud83d\\ude00":1,`)), `${'x'.repeat(63)}�`],
    [{ ...calls.claim(secret), body: claimWhole.replace('{', String.raw`{"\udfff":1,`) }, '�'],
  ])
})

test('a body that is not one JSON object in UTF-8 is refused as a whole', async (t) => {
  const app = await anApp(t)
  const bytes = Buffer.from(whole)
  const bodies: readonly (string | Buffer)[] = [
    '',
    ' ',
    'null',
    'true',
    '0',
    '"text"',
    '[]',
    `[${whole}]`,
    `${whole}${whole}`,
    `${whole},`,
    whole.slice(0, -1),
    `${whole.slice(0, -1)},}`,
    whole.replaceAll('"', "'"),
    `/**/${whole}`,
    `//\n${whole}`,
    whole.replace('604800000', '0604800000'),
    whole.replace('604800000', '0x240C8400'),
    whole.replace('604800000', '+604800000'),
    whole.replace('604800000', 'NaN'),
    whole.replace('604800000', '.5'),
    whole.replace('{', '{"a":"\u0000",'),
    whole.replace('{', '{"a":"\n",'),
    whole.replace('{', String.raw`{"a":"\x41",`),
    whole.replace('{', '{id:1,'),
    Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytes]),
    Buffer.from(whole, 'utf16le'),
    Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(whole, 'utf16le')]),
    Buffer.concat([bytes, Buffer.of(0xff)]),
    Buffer.concat([bytes.subarray(0, 1), Buffer.from([0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x2c]), bytes.subarray(1)]),
    Buffer.concat([bytes.subarray(0, 1), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x2c]), bytes.subarray(1)]),
    '\u00a0' + whole,
    '['.repeat(49_000) + ']'.repeat(49_000),
    '['.repeat(98_304),
    '{"a":'.repeat(19_660),
  ]
  await refuseAll(
    app,
    bodies.map((body) => [create(body), 'body'] as const),
  )
})

test('depth is refused by the name of the field that it stands in, and costs nothing but that', async (t) => {
  const app = await anApp(t)
  const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`
  const nest = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  await refuseAll(app, [
    [withField('pin', deep), 'pin'],
    [withField('pin', nest), 'pin'],
    [withField('pin', `{"attempts":${nest}}`), 'pin'],
    [withField('id', deep), 'id'],
    [create(`{"deep":${nest}}`), 'deep'],
  ])
})

test('bytes are taken in one spelling only', async (t) => {
  const app = await anApp(t)
  const stray = `${k43.slice(0, 42)}${k43[42] === 'B' ? 'C' : 'B'}`
  const spellings = [
    `${k43}=`,
    `${k43}==`,
    k43.slice(0, 42),
    `${k43}A`,
    stray,
    `+${k43.slice(1)}`,
    `/${k43.slice(1)}`,
    ` ${k43.slice(1)}`,
    `${k43} `,
    `${k43.slice(0, 20)} ${k43.slice(21)}`,
    String.raw`${k43.slice(0, 42)}\n`,
    `${k43.slice(0, 42)}é`,
    `${k43.slice(0, 42)}＿`,
    Buffer.alloc(31).toString('base64url'),
    Buffer.alloc(33).toString('base64url'),
  ]
  const fields = ['accessHash', 'proofHash', 'ackHash', 'receiptHash', 'share']
  const sealed = secret.create['sealed'] as string
  await refuseAll(app, [
    ...fields.flatMap((name) => spellings.map((text) => [withField(name, `"${text}"`), name] as const)),
    ...spellings.map((text) => [{ ...calls.ack(secret), body: `{"ack":"${text}"}` }, 'ack'] as const),
    ...[`${sealed}=`, `${sealed}==`, `+${sealed.slice(1)}`, `${sealed} `, sealed.slice(0, -1), `${sealed.slice(0, -1)}_`, k43].map(
      (text) => [withField('sealed', `"${text}"`), 'sealed'] as const,
    ),
  ])
})

test('ids are taken in one spelling only: others are malformed in a body and not found in a path', async (t) => {
  const app = await anApp(t)
  const { id } = secret
  const letter = /[a-f]/.exec(id)?.index as number
  const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`
  const spellings = [id.toUpperCase(), id.replace(/[a-f]/, (c) => c.toUpperCase()), id.slice(1), `${id}0`, `0${id}`, encoded]
  spellings.push(`${id.slice(0, letter)}g${id.slice(letter + 1)}`, `${id}%00`, '%2e%2e', '.', '..', 'undefined', 'null', '__proto__')
  await refuseAll(
    app,
    [...spellings, '', ` ${id}`, `${id}\\n`, '０'.repeat(32)].map((text) => [withField('id', `"${text}"`), 'id'] as const),
  )
  for (const text of spellings) {
    for (const call of [calls.peek, calls.sealed, calls.receipt, calls.events, calls.burn, calls.claim, calls.ack]) {
      assertProblem(await app.send(call({ ...secret, id: text })), 'not_found')
    }
  }
  assert.deepEqual(app.asked, [])
})

test('a capability is taken in one spelling only, in one header only', async (t) => {
  const app = await anApp(t)
  const good = secret.access.toString('base64url')
  const others: readonly (string | string[])[] = [
    '',
    'Bearer',
    'Bearer ',
    good,
    `Basic ${good}`,
    `Bearer  ${good}`,
    `Bearer\t${good}`,
    `Bearer ${good}=`,
    `Bearer ${good} x`,
    `Bearer ${good},Bearer ${good}`,
    `Bearer "${good}"`,
    `Bearer ${good.slice(0, 42)}`,
    `Bearer ${good}A`,
    `Bearer ${good.slice(0, 42)}${good[42] === 'B' ? 'C' : 'B'}`,
    `Bearer +${good.slice(1)}`,
    `Bearer ${secret.access.toString('hex')}`,
    `BearerX ${good}`,
    [`Bearer ${good}`, `Bearer ${good}`],
    [`Bearer ${good}`, 'Basic x'],
    ['Basic x', `Bearer ${good}`],
  ]
  const reads = [calls.peek(secret), calls.sealed(secret), calls.receipt(secret), calls.events(secret)]
  const all = [...reads, calls.burn(secret), calls.claim(secret), calls.ack(secret)]
  for (const call of all) {
    const { authorization: _none, ...headers } = call.headers as Record<string, string>
    assertProblem(await app.send({ ...call, headers }), 'unauthorized', {}, { 'www-authenticate': 'Bearer' })
    for (const authorization of others) {
      const reply = await app.send({ ...call, headers: { ...headers, authorization } })
      assertProblem(reply, 'unauthorized', {}, { 'www-authenticate': 'Bearer' })
    }
  }
  assert.deepEqual(app.asked, [])
  for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
    const { path } = calls.peek(secret)
    assertProblem(await app.send({ path, headers: { authorization: `${scheme} ${good}` } }), 'not_found')
  }
  assert.deepEqual(app.asked, ['peek', 'peek', 'peek'], 'the control: these are looked up')
})
