import { spawn } from 'node:child_process'
import process from 'node:process'
import type { Behind } from '../packages/server/test/support/server-process.ts'
import { type Patch, patching } from './mutate.ts'

/**
 * Run a script in a process of its own, so that it can run changed files.
 *
 * @param folder - where it keeps what is temporary; whoever gives it removes it.
 * @returns what it writes, which is JSON.
 * @throws if it ends badly, or has not loaded what was changed.
 */
export async function runPatched<Told>(
  behind: Behind,
  script: string,
  args: readonly string[],
  patches: readonly Patch[],
  folder: string,
): Promise<Told> {
  const patched = patching(behind, patches)
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...patched.env }
  const child = spawn(process.execPath, ['--conditions=source', script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text))
  const closed = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal))
  })
  behind.after(async () => {
    child.kill('SIGKILL')
    await closed.catch(() => null)
  })
  const end = await closed
  if (end !== 0) throw new Error(`${script} ended with ${end}`)
  patched.assertApplied()
  return JSON.parse(told) as Told
}
