import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Start the real server on a port and a folder of its own, unless an address is given. */
export async function startServer(): Promise<{ readonly base: string; readonly stop: () => Promise<void> }> {
  const given = process.env['LETTERLOCK_URL']
  if (given !== undefined) return { base: given, stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'letterlock-screenshots-'))
  const env = { PATH: process.env['PATH'], LETTERLOCK_PORT: '0', LETTERLOCK_DATA_DIR: folder, LETTERLOCK_LIMITS: 'off' }
  const server = spawn(process.execPath, ['--conditions=source', 'packages/server/src/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Its log is worth reading only if it does not start.
  let logged = ''
  server.stderr.on('data', (piece) => (logged = (logged + String(piece)).slice(-4096)))
  const base = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.stdout.on('data', (piece) => {
      said += String(piece)
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0]
      if (address !== undefined) resolve(address)
    })
    server.once('exit', () => reject(new Error(`the server did not start: ${said}${logged}`)))
  })
  const stop = async () => {
    server.kill()
    await new Promise((resolve) => server.once('exit', resolve))
    await rm(folder, { recursive: true })
  }
  return { base, stop }
}
