import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Bytes } from '@letterlock/protocol'
import type { StretchReply, Stretching } from '../src/stretch/message.ts'
import { createStretcher } from '../src/ui/stretch-pin.ts'

const BASE = 'https://secrets.example/under/'
const FILE = 'assets/stretch-0123456789ab.js'

/** What stands in for the browser's worker: it answers when the test says so. */
class FakeWorker extends EventTarget {
  static all: FakeWorker[] = []
  asked: Stretching | null = null
  isEnded = false
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
    FakeWorker.all.push(this)
  }
  postMessage(asked: Stretching): void {
    this.asked = structuredClone(asked)
  }
  terminate(): void {
    this.isEnded = true
  }
  say(data: StretchReply): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

const globals = globalThis as unknown as Record<string, unknown>
const pin = (text: string): Bytes => new TextEncoder().encode(text)
const salt = new Uint8Array(16).fill(7)
const P = new Uint8Array(32).fill(9)

/** The worker that was started last. */
function last(): FakeWorker {
  return FakeWorker.all.at(-1) ?? assert.fail('no worker was started')
}

describe('stretching in the page', () => {
  let shares: number[]
  const aStretcher = () => createStretcher(BASE, (share) => shares.push(share))

  beforeEach(() => {
    shares = []
    FakeWorker.all = []
    globals['Worker'] = FakeWorker
    globals['STRETCH_WORKER'] = FILE
    globals['IS_INSTALLABLE'] = false
    delete globals['letterlock']
  })
  afterEach(() => {
    for (const name of ['Worker', 'STRETCH_WORKER', 'IS_INSTALLABLE', 'letterlock', 'trustedTypes']) delete globals[name]
  })

  test('starts one worker, however often it is warmed, and none before', async () => {
    const { warm, stretch } = aStretcher()
    assert.equal(FakeWorker.all.length, 0)
    for (let i = 0; i < 3; i++) warm()
    const stretching = stretch(pin('4711'), salt)
    assert.equal(FakeWorker.all.length, 1)
    assert.equal(last().url, BASE + FILE)
    assert.deepEqual(last().asked, { password: pin('4711'), salt })
    last().say({ progress: 0.5 })
    last().say({ progress: 1 })
    last().say({ stretched: P })
    assert.deepEqual(await stretching, P)
    assert.deepEqual(shares, [0.5, 1])
    assert.ok(last().isEnded, 'it gives its memory back')
  })

  test('lets go of everything at its end: a worker that waits, one that runs, and what was stretched', async () => {
    const { warm, stretch, end } = aStretcher()
    warm()
    const waiting = last()
    end()
    assert.ok(waiting.isEnded)
    const running = stretch(pin('4711'), salt)
    end()
    assert.ok(last().isEnded)
    await assert.rejects(running)
    const stretched = stretch(pin('4711'), salt)
    last().say({ stretched: P })
    await stretched
    const workers = FakeWorker.all.length
    end()
    const again = stretch(pin('4711'), salt)
    assert.equal(FakeWorker.all.length, workers + 1, 'nothing is remembered')
    last().say({ stretched: P })
    assert.deepEqual(await again, P)
  })

  test('remembers the last stretch, whatever becomes of the bytes that were handed out', async () => {
    const { stretch } = aStretcher()
    const typed = pin('4711')
    const both = [stretch(typed, salt), stretch(pin('4711'), salt)]
    last().say({ stretched: P.slice() })
    for (const stretched of await Promise.all(both)) stretched.fill(0)
    typed.fill(0)
    assert.deepEqual(await stretch(pin('4711'), salt.slice()), P)
    assert.equal(FakeWorker.all.length, 1)
  })

  test('remembers one: another PIN or another link is another stretch', async () => {
    const { stretch } = aStretcher()
    const otherSalt = new Uint8Array(16).fill(8)
    for (const [count, text, its] of [
      [1, '4711', salt],
      [2, '4712', salt],
      [3, '4711', salt],
      [4, '4711', otherSalt],
      [5, '47110', otherSalt],
    ] as const) {
      const stretching = stretch(pin(text), its)
      assert.equal(FakeWorker.all.length, count)
      last().say({ stretched: P.slice() })
      assert.deepEqual(await stretching, P)
    }
  })

  test('rejects when the worker dies, and starts another for the next call', async () => {
    const { stretch } = aStretcher()
    const dying = stretch(pin('4711'), salt)
    last().dispatchEvent(new Event('error'))
    await assert.rejects(dying, Error)
    assert.ok(last().isEnded)
    const again = stretch(pin('4711'), salt)
    assert.equal(FakeWorker.all.length, 2)
    last().say({ stretched: P })
    assert.deepEqual(await again, P)
  })

  test('rejects when the worker falls silent for a minute', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { stretch } = aStretcher()
    const silent = stretch(pin('4711'), salt)
    t.mock.timers.tick(59_999)
    last().say({ progress: 0.02 })
    t.mock.timers.tick(59_999)
    assert.ok(!last().isEnded)
    t.mock.timers.tick(1)
    await assert.rejects(silent, Error)
    assert.ok(last().isEnded)
  })

  test('warming does not throw, and a worker that died before it was needed is replaced', async () => {
    const { warm, stretch } = aStretcher()
    globals['Worker'] = function refuse() {
      throw new TypeError('not here')
    }
    warm()
    await assert.rejects(stretch(pin('4711'), salt), Error)
    globals['Worker'] = FakeWorker
    warm()
    last().dispatchEvent(new Event('error'))
    const stretching = stretch(pin('4711'), salt)
    assert.equal(FakeWorker.all.length, 2)
    last().say({ stretched: P })
    assert.deepEqual(await stretching, P)
  })

  test('another PIN ends the stretch that is under way', async () => {
    const { stretch } = aStretcher()
    const first = stretch(pin('4711'), salt)
    const worker = last()
    const second = stretch(pin('4712'), salt)
    await assert.rejects(first, Error)
    assert.ok(worker.isEnded)
    last().say({ stretched: P })
    assert.deepEqual(await second, P)
  })

  test('makes one policy, and it lets nothing through but files of our own assets', () => {
    const made: string[] = []
    let rule: (file: string) => string = () => ''
    globals['trustedTypes'] = {
      createPolicy(name: string, rules: { createScriptURL: typeof rule }) {
        made.push(name)
        rule = rules.createScriptURL
        return rules
      },
    }
    for (let i = 0; i < 2; i++) aStretcher().warm()
    const worker = 'offline-worker.js'
    assert.throws(() => rule(worker), TypeError, 'where nothing can be installed')
    assert.deepEqual(made, ['letterlock'])
    assert.equal(rule(FILE), BASE + FILE)
    assert.equal(rule('assets/open-pin-0123456789ab.js#1'), `${BASE}assets/open-pin-0123456789ab.js#1`)
    const wrong = ['', 'assets/', 'assets/..', 'assets/../x.js', 'assets/x/y.js', '/assets/x.js', 'x.js', 'assets/x.js?y', 'assets/x.js\n']
    for (const file of [...wrong, 'https://other.example/assets/x.js', '//other.example/assets/x.js', 'data:text/javascript,1'])
      assert.throws(() => rule(file), TypeError, file)

    Object.assign(globals, { IS_INSTALLABLE: true, letterlock: undefined })
    aStretcher().warm()
    assert.equal(rule(worker), BASE + worker)
    for (const file of [...wrong, `x/${worker}`, `../${worker}`, `${worker}?x`, `${worker}#1`, `${worker}\n`, 'offline-workerxjs'])
      assert.throws(() => rule(file), TypeError, file)
  })
})
