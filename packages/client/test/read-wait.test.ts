import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientError, type Server, readInstance, readWait } from '@letterlock/client'

/** A server that answers everything so. */
function answering(status: number, code: string, headers: Readonly<Record<string, string>>): Server {
  return { baseUrl: 'https://example.org/', fetch: () => Promise.resolve(new Response(JSON.stringify({ code }), { status, headers })) }
}

test('tells how long a server asks to wait, if it says so in seconds', async () => {
  for (const [header, waitMs] of [
    ['1', 1_000],
    ['0', 0],
    ['3600', 3_600_000],
    ['1.5', null],
    ['-1', null],
    ['9999999', null],
    ['Fri, 31 Dec 1999 23:59:59 GMT', null],
    [null, null],
  ] as const) {
    for (const [status, code] of [
      [429, 'rate_limited'],
      [503, 'unavailable'],
    ] as const)
      await assert.rejects(readInstance(answering(status, code, header === null ? {} : { 'retry-after': header })), (error) => {
        assert.ok(error instanceof ClientError)
        assert.equal(error.problem, code)
        assert.equal(readWait(error), waitMs, `${header}`)
        return true
      })
  }
})

test('knows no time to wait where nothing was answered', () => {
  assert.equal(readWait(new ClientError('unreachable', 'no reply')), null)
  assert.equal(readWait(new ClientError('unreachable', 'no reply', null, new TypeError('fetch failed'))), null)
})
