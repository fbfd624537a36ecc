import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Figure } from './stage.ts'
import type { StageName } from './stages.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, '.cache', 'proof')

/** What a figure was measured on: it is worth nothing for any other. */
export interface Subject {
  /** 40 hex digits. */
  readonly commit: string
  /** Whether there were changes that no commit has. */
  readonly isChanged: boolean
  readonly node: string
}

/** What became of a stage. */
export interface Result {
  readonly subject: Subject
  readonly seed: number
  /** In ms since 1970. */
  readonly endedAtMs: number
  readonly tookMs: number
  readonly figures: readonly Figure[]
  /** Why there are no figures; `null` if there are. */
  readonly failure: string | null
}

export function isSameSubject(a: Subject, b: Subject): boolean {
  return a.commit === b.commit && a.isChanged === b.isChanged && a.node === b.node
}

/** The document that is written from results does not change what is measured. */
const WRITTEN = 'docs/proof.md'

export function readSubject(): Subject {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changes = git('status', '--porcelain', '--', '.', `:!${WRITTEN}`)
  return { commit: git('rev-parse', 'HEAD'), isChanged: changes !== '', node: process.version }
}

export function writeResult(name: StageName, result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(name), JSON.stringify(result))
}

/** The last result of a stage on whatever it was measured; `null` if there is none. */
export function readLastResult(name: StageName): Result | null {
  try {
    return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Result
  } catch {
    return null
  }
}

/** The last result of a stage, if it was measured on the very same; else `null`: changes may be others by now. */
export function readResult(name: StageName, subject: Subject): Result | null {
  const result = readLastResult(name)
  return result !== null && !subject.isChanged && isSameSubject(result.subject, subject) ? result : null
}

function fileOf(name: StageName): string {
  return join(folder, `${name}.json`)
}
