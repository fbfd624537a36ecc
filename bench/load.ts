// The process that makes the load, apart from whoever measures memory and time of the servers.
import process from 'node:process'
import { type Connection, openConnection } from './connection.ts'
import { quantile } from './statistics.ts'
import { type Task, prepareWorkload } from './workload.ts'

/** What to do, as it comes from the parent process. */
export interface Job {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly url: string
  readonly connections: number
  readonly secrets: number
  /** Whether the secrets are opened after they were created. */
  readonly opens: boolean
}

/** What was measured of one kind of operation. */
export interface Measured {
  readonly operations: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export type JobDone = { readonly creates: Measured; readonly openings: Measured | null } | { readonly failed: string }

/** Longest time that one kind of operation is measured, in ms. */
const PHASE_MS_MAX = 20_000

process.on('message', (job: Job) => {
  run(job).then(reply, (error: unknown) => reply({ failed: error instanceof Error ? error.message : String(error) }))
})
process.on('disconnect', () => process.exit(0))

function reply(done: JobDone): void {
  process.send?.(done)
}

async function run({ url, connections, secrets, opens }: Job): Promise<JobDone> {
  const { host, hostname, port } = new URL(url)
  if (hostname !== '127.0.0.1') throw new Error(`the load stays on this machine, and ${hostname} is not it`)
  const workload = prepareWorkload(host, secrets)
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(hostname, Number(port))))
  try {
    const creates = await measure(open, workload.creates)
    const openings = opens ? await measure(open, workload.openings.slice(0, creates.operations)) : null
    return { creates, openings }
  } finally {
    for (const connection of open) connection.close()
  }
}

/** Share tasks among connections, each taking the next as soon as its last is answered. */
async function measure(connections: readonly Connection[], tasks: readonly Task[]): Promise<Measured> {
  const tookMs: number[] = []
  let next = 0
  const startMs = performance.now()
  const work = async (connection: Connection) => {
    for (let beganMs = performance.now(); next < tasks.length && beganMs - startMs < PHASE_MS_MAX;) {
      for (const { request, status } of tasks[next++] as Task) {
        const found = await connection.send(request)
        if (found !== status) throw new Error(`the server answered ${found} where ${status} was due`)
      }
      const endedMs = performance.now()
      tookMs.push(endedMs - beganMs)
      beganMs = endedMs
    }
  }
  await Promise.all(connections.map(work))
  const seconds = (performance.now() - startMs) / 1000
  return { operations: next, perSecond: next / seconds, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) }
}
