// The quick half of the tests: format, lint, types, references. Says how to mend what it finds.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { checkReferences } from './check-references.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tools = join(root, 'tools/node_modules/.bin')
const env = { ...process.env, PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}` }

const steps = [
  ['format', ['oxfmt', '--check', '.'], 'npm run format mends it'],
  ['lint', ['oxlint', '--deny-warnings', '.'], 'each line above says what to change'],
  ['settings', [process.execPath, '--conditions=source', 'scripts/settings-table.ts', '--check'], 'run it without --check'],
  ['types', [join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.json'], 'each line above says what to change'],
]

let failed = false
for (const [name, [command, ...args], hint] of steps) {
  const done = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', shell: process.platform === 'win32' })
  report(name, done.status === 0, `${done.stdout}${done.stderr}`, hint)
}
const broken = checkReferences(root)
report('references', broken.length === 0, broken.map((line) => `${line}\n`).join(''), 'point them at something that exists')
process.exitCode = failed ? 1 : 0

function report(name, isGood, output, hint) {
  process.stdout.write(isGood ? `ok      ${name}\n` : `${output}FAILED  ${name}: ${hint}\n`)
  failed ||= !isGood
}
