import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patchSource } from '../mutate.ts'
import { root } from '../results.ts'

/** Build the pages from patched sources, in a copy that is gone behind; gives the folder of what was built. */
export async function buildPatchedPages(t: Behind, patches: readonly Patch[]): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'letterlock-pages-'))
  t.after(() => rmSync(copy, { recursive: true, force: true }))
  const web = join(copy, 'packages', 'web')
  cpSync(join(root, 'packages', 'web'), web, { recursive: true, filter: (path) => !/[/\\](?:dist|node_modules)$/.test(path) })
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(root, name), join(copy, name))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const file of new Set(patches.map((patch) => patch.file)))
    writeFileSync(join(copy, file), patchSource(readFileSync(join(root, file), 'utf8'), file, patches))
  const building = spawn(process.execPath, ['--conditions=source', join(web, 'build.ts')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  building.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(building, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the patched pages cannot be built: ${said}`)
  return join(web, 'dist')
}
