import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Pack } from '../src/languages/translation.ts'
import type { Booted } from '../src/ui/language.ts'
import { useFakeStorage } from './fake-storage.ts'

/** Packs that come when a test says so. */
class Fetching {
  readonly #waiting = new Map<string, (pack: Pack | null) => void>()

  fetch(name: string): Promise<Pack | null> {
    return new Promise((resolve) => this.#waiting.set(name, resolve))
  }

  async bring(name: string, pack: Pack | null): Promise<void> {
    const resolve = this.#waiting.get(name)
    assert.ok(resolve !== undefined, `nothing waits for ${name}`)
    this.#waiting.delete(name)
    resolve(pack)
    await settle()
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const wordsIn = (tag: string) => ({ title: `title in ${tag}` })
const aPack = (tag: string): Pack => ({ tag, title: '', words: { shown: wordsIn(tag) }, parts: { one: 'h', two: 'h' } })

let count = 0

/** The module as a page has it, which has been told what boot.ts leaves. */
async function load(fetching: Fetching) {
  const booted: Booted = {
    pack: null,
    match: (tag) => tag,
    load: (tag) => fetching.fetch(tag),
    loadPart: (name) => fetching.fetch(name),
    mark() {},
    dress() {},
  }
  Object.assign(globalThis, { booted })
  return (await import(`../src/ui/language.ts?${count++}`)) as typeof import('../src/ui/language.ts')
}

describe('the language of a page', () => {
  let fetching: Fetching

  beforeEach(() => {
    fetching = new Fetching()
    useFakeStorage()
  })
  afterEach(() => Reflect.deleteProperty(globalThis, 'booted'))

  test('is that of the last of two choices, in whatever order their words come', async () => {
    for (const order of [
      ['de', 'fr'],
      ['fr', 'de'],
    ] as const) {
      const { changeLanguage, readTag } = await load(fetching)
      const first = changeLanguage('de')
      const second = changeLanguage('fr')
      for (const tag of order) await fetching.bring(tag, aPack(tag))
      assert.deepEqual([await first, await second, readTag()], [null, true, 'fr'])
    }
  })

  test('is not said to be lost where another was chosen meanwhile', async () => {
    const { changeLanguage, readTag } = await load(fetching)
    const first = changeLanguage('de')
    const second = changeLanguage('fr')
    await fetching.bring('fr', aPack('fr'))
    await fetching.bring('de', null)
    assert.deepEqual([await first, await second, readTag()], [null, true, 'fr'])
    const third = changeLanguage('de')
    await fetching.bring('de', null)
    assert.deepEqual([await third, readTag()], [false, 'fr'])
  })

  test('is that of a part, too, which comes into use while it changes', async () => {
    const { changeLanguage, speakPart } = await load(fetching)
    const [one, two] = [{ shown: wordsIn('en') }, { shown: wordsIn('en') }]
    await speakPart('one', one)
    const changing = changeLanguage('de')
    await fetching.bring('de', aPack('de'))
    await speakPart('two', two)
    await fetching.bring('one-de', aPack('de'))
    await fetching.bring('two-de', aPack('de'))
    assert.equal(await changing, true)
    assert.deepEqual([one.shown, two.shown], [wordsIn('de'), wordsIn('de')])
  })

  test('is that of a part whose words come when another has been chosen', async () => {
    const { changeLanguage, speakPart } = await load(fetching)
    const changing = changeLanguage('de')
    await fetching.bring('de', aPack('de'))
    assert.equal(await changing, true)
    const late = { shown: wordsIn('en') }
    const speaking = speakPart('one', late)
    const again = changeLanguage('fr')
    await fetching.bring('fr', aPack('fr'))
    assert.equal(await again, true)
    await fetching.bring('one-de', aPack('de'))
    await fetching.bring('one-fr', aPack('fr'))
    await speaking
    assert.deepEqual(late.shown, wordsIn('fr'))
  })
})
