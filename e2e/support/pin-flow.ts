import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pinWords } from '../../packages/web/src/languages/en.ts'
import { sayCount } from '../../packages/web/src/ui/say.ts'
import type { Stage, Visitor } from './stage.ts'
import { PIN, SECRET, comeToLocked, makeLocked, readShown, readState, seeErased, seeSaid, tryPin } from './steps.ts'

/**
 * What holds of PINs in every browser, with wasm and without.
 *
 * @param prepare - what is done to each visitor's browser first.
 */
export function testPinFlow(stage: Stage, prepare: (visitor: Visitor) => Promise<void> = async () => {}): void {
  test('shows a secret with a PIN to whoever has both, after a mistake too', async (t: TestContext) => {
    const visitors = [await stage.visit(t), await stage.visit(t)] as const
    for (const visitor of visitors) await prepare(visitor)
    const [{ page: sender }, { page: reader }] = visitors
    const { link, receiptLink } = await makeLocked(sender, stage.url)
    await comeToLocked(reader, link)
    await tryPin(reader, '000000')
    await seeSaid(reader, sayCount(pinWords.triesLeft, 4, 'en'))
    await tryPin(reader, PIN)
    assert.equal(await readShown(reader), SECRET)
    await seeErased(reader)
    assert.equal(await readState(stage.url, receiptLink), 'confirmed')
  })
}
