// Everything: the checks, then every test, in parallel and in any order.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)

const checks = wanted.length > 0 ? 0 : run(['scripts/check.mjs'])
const tests = listTests().filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
const tested = run(['--conditions=source', '--test', '--test-timeout=900000', ...tests])
process.exitCode = checks === 0 && tested === 0 ? 0 : 1

function run(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1
}

function listTests() {
  return ['packages', 'e2e', 'proof', 'scripts', 'bench']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted()
}
