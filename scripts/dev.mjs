// Builds, serves, and does both again whenever a source changes. One port, one address, the
// same headers as in production.
import { spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
let server = null
let timer = null

await restart()
for (const name of ['protocol', 'client', 'server', 'web']) {
  watch(`${root}packages/${name}/src`, { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void restart(), 100)
  })
}

async function restart() {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' })
  if (built.status !== 0) return
  if (server !== null) {
    server.kill('SIGTERM')
    await new Promise((resolve) => server.once('exit', resolve))
  }
  server = spawn(process.execPath, ['packages/server/dist/main.js'], { cwd: root, stdio: 'inherit' })
}
