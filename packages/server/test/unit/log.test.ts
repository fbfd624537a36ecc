import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RequestLine, createLog } from '../../src/log.ts'

const T0 = Date.UTC(2200, 0, 1)
const LINE: RequestLine = { method: 'GET', route: '/api/v1/secrets/:id', status: 200, ms: 1.26 }

function aLog(what: 'requests' | 'events' = 'requests') {
  const written: string[] = []
  const log = createLog(
    (text) => written.push(text),
    () => T0,
    what,
  )
  return { log, written, text: () => written.join('') }
}

test('a line holds time, method, route, status and duration', () => {
  const { log, text } = aLog()
  log.request(LINE)
  log.flush()
  assert.equal(text(), '2200-01-01T00:00:00.000Z GET /api/v1/secrets/:id 200 1.3ms\n')
})

test('a field that is not on the list reaches no line, whatever it is called', () => {
  const { log, text } = aLog()
  const canary = 'canary-0123456789abcdef'
  const more = {
    path: canary,
    url: canary,
    id: canary,
    address: canary,
    userAgent: canary,
    body: canary,
    message: canary,
    [canary]: canary,
  }
  log.request({ ...more, ...LINE })
  log.flush()
  assert.equal(text().includes(canary), false)
  // The same canary where a field is printed is seen, so the search works.
  log.event(canary)
  assert.equal(text().includes(canary), true)
})

test('a method that is not one of ours becomes OTHER, so that none can carry anything', () => {
  const { log, text } = aLog()
  const odd = ['CANARY', 'get', 'PROPFIND', 'GET\nforged line', '', '__proto__', 'constructor', 'X'.repeat(5000)]
  for (const method of odd) log.request({ ...LINE, method })
  log.flush()
  const lines = text().trimEnd().split('\n')
  assert.equal(lines.length, odd.length)
  for (const line of lines) assert.equal(line.split(' ')[1], 'OTHER')
})

test('every method that a call has keeps its name', () => {
  const { log, text } = aLog()
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']
  for (const method of methods) log.request({ ...LINE, method })
  log.flush()
  assert.deepEqual(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[1]),
    methods,
  )
})

test('where only events are wanted, requests leave no trace and events do', () => {
  const { log, text } = aLog('events')
  log.request(LINE)
  log.event('Something happened.')
  log.flush()
  assert.equal(text(), '2200-01-01T00:00:00.000Z Something happened.\n')
})

test('an event is written at once, in its turn behind the requests before it', () => {
  const { log, written, text } = aLog()
  log.request(LINE)
  assert.deepEqual(written, [])
  log.event('Something happened.')
  assert.deepEqual(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[1]),
    ['GET', 'Something'],
  )
})

test('lines that are held back are bounded, and a flush with none writes nothing', () => {
  const { log, written } = aLog()
  for (let i = 0; i < 10_000; i++) log.request(LINE)
  log.flush()
  log.flush()
  assert.equal(written.join('').split('\n').length - 1, 10_000)
  assert(written.every((text) => text !== '' && text.split('\n').length - 1 <= 256))
})
