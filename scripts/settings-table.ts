// Writes the table of settings into docs/self-hosting.md, from the one that the server reads.
// With --check it writes nothing, and fails if the document says something else.
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTINGS, describeSettings, readSettings } from '../packages/server/src/settings.ts'

const path = new URL('../docs/self-hosting.md', import.meta.url)
const [start, end] = ['<!-- settings: made by scripts/settings-table.ts -->', '<!-- end of settings -->']

const defaults = readSettings({})
if ('reasons' in defaults) throw new Error(defaults.reasons.join('; '))
const shown = new Map(describeSettings(defaults).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]))
const rows = Object.values(SETTINGS).map(({ name, says }) => `| \`${name}\` | \`${shown.get(name) ?? ''}\` | ${says} |`)
const table = ['| setting | default | what it is |', '| --- | --- | --- |', ...rows].join('\n')

const before = readFileSync(path, 'utf8')
const after = before.replace(new RegExp(`${start}[^]*${end}`), () => `${start}\n${table}\n${end}`)
if (!process.argv.includes('--check')) writeFileSync(path, after)
else if (before !== after) {
  process.stderr.write('docs/self-hosting.md does not list the settings as they are: node scripts/settings-table.ts mends it\n')
  process.exitCode = 1
}
