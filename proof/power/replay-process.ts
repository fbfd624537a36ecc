// Replays a share of the states in a process of its own, which may be one that is broken on purpose.
import { rmSync } from 'node:fs'
import process from 'node:process'
import type { Recording } from './record.ts'
import { type ReplaySize, type Share, replay } from './replay.ts'

/** What such a process is told. */
export interface ReplayJob {
  /** A folder for what the power leaves; whoever wants the replay has made it, and removes it. */
  readonly directory: string
  readonly recording: Recording
  readonly size: ReplaySize
  readonly share: Share
}

/** A replay does not outlive whoever wants it. */
const parent = process.ppid

process.once('message', ({ directory, recording, size, share }: ReplayJob) => {
  // If nobody wants it any more, nobody else is there to remove it.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const replayed = replay(directory, recording, size, share, () => process.ppid === parent)
  process.send?.({ ...replayed })
})
