// Stands in for `node:crypto` in the shipped modules: what is random there comes from the history's chance.
import { theWorld } from '../world.ts'

export { hash, timingSafeEqual } from 'node:crypto'

export function randomFillSync(bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i++) bytes[i] = theWorld().random() * 256
  return bytes
}
