// Replays a share of the states in a process of its own, which may be one that is broken on purpose.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Recording } from './record.ts'
import { type ReplaySize, type Share, replay } from './replay.ts'

/** What such a process is told. */
export interface ReplayJob {
  /** Where it may write; nothing that it writes has to survive. */
  readonly place: string
  readonly recording: Recording
  readonly size: ReplaySize
  readonly share: Share
}

/** A replay does not outlive whoever wants it. */
const parent = process.ppid

process.once('message', ({ place, recording, size, share }: ReplayJob) => {
  const directory = mkdtempSync(join(place, 'letterlock-proof-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const replayed = replay(join(directory, 'root'), recording, size, share, () => process.ppid === parent)
  process.send?.({ ...replayed })
})
