import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { startLoad, startOurs } from './processes.ts'
import { formatTable } from './statistics.ts'

/** The load that is profiled: whole lives, where all but the peeks wait for the disk. */
const LOAD = { connections: 64, secrets: 25_000, opens: true } as const
const FUNCTIONS_SHOWN = 25

/** What V8 writes: a tree of calls, and which node of it each sample met. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Between a sample and the one before it, in µs. */
  readonly timeDeltas: readonly number[]
}

/** Load the server while V8 samples all its threads; then tell where each spent its time. */
export async function profileServer(folder: string, main: string): Promise<string> {
  const profiles = join(folder, 'profiles')
  mkdirSync(profiles)
  const server = await startOurs(folder, main, ['--cpu-prof', `--cpu-prof-dir=${profiles}`])
  const load = startLoad()
  try {
    const { creates } = await load.run({ url: server.url, ...LOAD })
    if (!(await server.stop())) throw new Error('the server did not stop in good order, so it wrote no profile')
    const threads = readdirSync(profiles)
      .filter((name) => name.endsWith('.cpuprofile'))
      .map((name) => ({ thread: nameThread(name), profile: JSON.parse(readFileSync(join(profiles, name), 'utf8')) as CpuProfile }))
      .toSorted((a, b) => a.thread.localeCompare(b.thread))
    const head = `Profile of ${creates.operations} creates at ${LOAD.connections} connections (${creates.perSecond.toFixed(0)}/s while sampled)`
    return [head, ...threads.map(({ thread, profile }) => describeThread(thread, profile, creates.operations))].join('\n\n')
  } finally {
    load.stop()
    await server.stop()
  }
}

/** V8's files are named CPU.day.time.process.thread.number. */
function nameThread(file: string): string {
  return file.split('.')[4] === '0' ? 'main thread' : 'store thread'
}

function describeThread(thread: string, profile: CpuProfile, operations: number): string {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameFunction(callFrame)]))
  const selfUs = new Map<string, number>()
  profile.samples.forEach((id, i) => {
    const name = names.get(id) ?? '?'
    selfUs.set(name, (selfUs.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0))
  })
  const idleUs = selfUs.get('(idle)') ?? 0
  selfUs.delete('(idle)')
  const busyUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0)
  const rows = [...selfUs]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, FUNCTIONS_SHOWN)
    .map(([name, us]) => [name, `${((100 * us) / busyUs).toFixed(1)} %`, `${(us / operations).toFixed(2)} µs`])
  const head = `${thread}: busy ${(busyUs / 1000).toFixed(0)} ms, idle ${(idleUs / 1000).toFixed(0)} ms`
  return `${head}\n${formatTable([['self time', 'of busy', 'a create'], ...rows])}`
}

function nameFunction({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name}  ${url.startsWith('node:') ? url : basename(url)}:${lineNumber + 1}`
}
