import { createHash } from 'node:crypto'
import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type Instance, type StartOptions, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { patching } from '../mutate.ts'
import { NOBODY, type Row, give } from './rows.ts'

/** What was tried, and what was not as it must be. */
export interface Matrix {
  tried: number
  /** Starts with the good setting of a row. */
  good: number
  readonly violations: string[]
  readonly goodViolations: string[]
}

interface Place {
  readonly instance: Instance
  readonly template: string
  readonly secret: RawSecret
}

/** Start a server on every row, and see that it refuses, says why in a sentence, and changes nothing. */
export async function tryRows(behind: Behind, rows: readonly Row[]): Promise<Matrix> {
  const place = await makePlace(behind)
  const matrix: Matrix = { tried: 0, good: 0, violations: [], goodViolations: [] }
  for (const [i, row] of rows.entries()) {
    const directory = join(place.instance.directory, `data-${i}`)
    await tryBad(behind, place, row, directory, matrix)
    // Without a bad value in the environment there is one start, the same for all of these rows.
    if (row.group !== 'environment' || rows[i - 1]?.group !== row.group) await tryGood(place, row, directory, matrix)
  }
  return matrix
}

/** A directory as a server left it, with a secret that waits. */
async function makePlace(behind: Behind): Promise<Place> {
  const instance = anInstance(behind)
  chmodSync(instance.directory, 0o755)
  const template = join(instance.directory, 'template')
  mkdirSync(template, { mode: 0o700 })
  const server = await instance.start({ LETTERLOCK_DATA_DIR: template })
  const secret = makeSecret('it waits through everything')
  const { status } = await send(server.url, calls.create(secret))
  if (status !== 201) throw new Error(`a create is ${status}`)
  await server.stop()
  return { instance, template, secret }
}

async function tryBad(behind: Behind, place: Place, row: Row, directory: string, matrix: Matrix): Promise<void> {
  const { options, env } = layOut(place, row, directory)
  row.prepare?.(directory)
  const patched = patching(behind, row.patches ?? [])
  const whole = { ...env, ...row.env?.(directory), ...patched.env }
  matrix.tried++
  const say = (what: string) => matrix.violations.push(`${row.group}, ${row.what}: ${what}`)
  const before = row.before === undefined ? {} : { before: row.before(directory) }
  if (row.warning !== undefined) return tryWarned(place, row, row.warning, whole, { ...options, ...before }, say)
  const was = look(directory)
  const launched = place.instance.launch(whole, { ...options, ...before })
  let hasEnded = false
  void launched.ended.then(() => (hasEnded = true))
  await until('a refusal', () => hasEnded || launched.stdout() !== '')
  if (!hasEnded && launched.stdout() !== '') {
    process.kill(launched.pid, 'SIGKILL')
    await launched.ended
    return void say('the start is not refused')
  }
  const ended = await launched.ended
  if (ended.code !== 1 || ended.stdout !== '') say(`it ends with ${ended.code}`)
  const lines = ended.stderr.trimEnd().split('\n')
  if (lines.length !== 1 || !/^letterlock: \S.*$/.test(lines[0] ?? '') || !row.says.test(lines[0] ?? ''))
    say(`it says ${JSON.stringify(ended.stderr)}`)
  for (const change of compare(was, look(directory), row.changes)) say(change)
  patched.assertApplied()
}

/** A start that is taken says what is wrong, to the operator and to whoever watches. */
async function tryWarned(
  { instance }: Place,
  row: Row,
  warning: string,
  env: Readonly<Record<string, string>>,
  options: StartOptions,
  say: (what: string) => void,
): Promise<void> {
  const server = await instance.start(env, options)
  const { reasons } = (await send(server.url, { path: '/readyz' })).json() as { reasons: readonly string[] }
  if (!reasons.includes(warning)) say(`/readyz says ${reasons.join(', ') || 'nothing'}`)
  if (!row.says.test(server.stderr())) say('the operator is not told')
  await server.stop()
}

/** The same directory without what was bad: it starts, and the secret waits. */
async function tryGood(place: Place, row: Row, directory: string, matrix: Matrix): Promise<void> {
  rmSync(directory, { recursive: true, force: true })
  rmSync(`${directory}-elsewhere`, { force: true })
  const { options, env } = layOut(place, row, directory)
  matrix.good++
  try {
    const server = await place.instance.start(env, options)
    const { status } = await send(server.url, calls.peek(place.secret))
    if (status !== 200) matrix.goodViolations.push(`${row.what}: without that, the secret is ${status}`)
    await server.stop()
  } catch (error) {
    matrix.goodViolations.push(`${row.what}: without that, ${String(error)}`)
  }
  rmSync(directory, { recursive: true, force: true })
}

function layOut({ template }: Place, row: Row, directory: string): { options: StartOptions; env: Readonly<Record<string, string>> } {
  cpSync(template, directory, { recursive: true, preserveTimestamps: true })
  if (row.isNobody === true) give(directory, NOBODY)
  return { options: row.isNobody === true ? { uid: NOBODY } : {}, env: { LETTERLOCK_DATA_DIR: directory, LETTERLOCK_LOG: 'events' } }
}

/** Everything that a directory is: names, kinds, modes, owners and bytes. */
function look(directory: string): ReadonlyMap<string, string> {
  const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]
  return new Map(
    names.map((name) => {
      const path = join(directory, name)
      const { mode, uid, size } = lstatSync(path)
      const file = lstatSync(path)
      const bytes = file.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : file.isSymbolicLink()
          ? readlinkSync(path)
          : ''
      return [name, `${mode.toString(8)} ${uid} ${file.isDirectory() ? '' : size} ${bytes}`]
    }),
  )
}

function compare(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>, allowed: readonly string[] = []): readonly string[] {
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => !allowed.includes(name))
  return names
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => `the refusal changed ${name}: ${was.get(name)} to ${is.get(name)}`)
}
