import { createScenes } from './scenes/create.ts'
import { openScenes } from './scenes/open.ts'
import { otherScenes } from './scenes/others.ts'
import { receiptScenes } from './scenes/receipt.ts'
import type { Scenes } from './scenes/scene.ts'

/** Every page in every state. */
export const scenes: Scenes = { ...createScenes, ...openScenes, ...receiptScenes, ...otherScenes }
