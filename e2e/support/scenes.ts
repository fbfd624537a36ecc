import { createScenes } from './scenes/create.ts'
import { createPinScenes } from './scenes/create-pin.ts'
import { madeScenes } from './scenes/made.ts'
import { openEndedScenes } from './scenes/open-ended.ts'
import { openPinScenes } from './scenes/open-pin.ts'
import { openScenes } from './scenes/open.ts'
import { otherScenes } from './scenes/others.ts'
import { receiptScenes } from './scenes/receipt.ts'
import { receiptsScenes } from './scenes/receipts.ts'
import type { Scene, Scenes } from './scenes/scene.ts'
import { shellScenes } from './scenes/shell.ts'

/** Every page in every state. */
export const scenes: Scenes = {
  ...createScenes,
  ...createPinScenes,
  ...madeScenes,
  ...openScenes,
  ...openPinScenes,
  ...openEndedScenes,
  ...receiptScenes,
  ...receiptsScenes,
  ...otherScenes,
  ...shellScenes,
}

/** Where scripts do not run, or cannot be relied on, there are no words but those that the page came with. */
const IN_ENGLISH = /, (?:browser too old|without script)$/

/** The scenes that can be read in a language, with their names. */
export function listScenes(tag: string): readonly (readonly [name: string, scene: Scene])[] {
  return Object.entries(scenes).filter(([name]) => tag === 'en' || !IN_ENGLISH.test(name))
}

/** What a browser complains of when a file of the page does not come. */
const MISSING = /ERR_FAILED.*\/assets\/(?:[a-z]+-[a-z]+|stretch)-/

/** What a browser complains of in a scene, and belongs to it. */
export function findComplaints(name: string): RegExp {
  if (name === 'not found') return /404 \(Not Found\).*nothing\/here/
  // Headers that a browser ignores over plain http.
  if (name.endsWith('plain http')) return /Cross-Origin-Opener-Policy|Origin-Agent-Cluster|untrustworthy/
  return MISSING
}
