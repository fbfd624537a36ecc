// The server as it is, but its clock goes ahead when it is told to: what takes a minute is over at once.
import process from 'node:process'

/** Longer than the shortest lifetime, and a step that the server believes at once. In ms. */
const STEP_MS = 120_000

const { now } = Date
let aheadMs = 0
Date.now = () => now() + aheadMs
process.on('SIGUSR2', () => void (aheadMs += STEP_MS))
await import('../../packages/server/src/main.ts')
