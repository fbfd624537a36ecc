import { execFileSync } from 'node:child_process'
import { promises } from './promises.ts'
import type { Result, Subject } from './results.ts'
import { type Figure, type PromiseName, boundUnseen, isProven } from './stage.ts'
import type { StageName } from './stages.ts'

/** What stages came to; those that did not run on this very commit are not in it. */
export type Results = ReadonlyMap<StageName, Result>

const INTRODUCTION = `# What we promise, and what proves it

Each promise is one sentence, and has a proof that anybody can repeat on a Debian machine. \`npm test\` runs the fast part of each,
\`npm run prove\` all of it, and writes this page: nobody else does. A figure belongs to the commit that it names; a stage that did not run
on it says so, and shows no older figure.

Every proof has a control: something broken on purpose that the same proof must notice. If one is not noticed, the run fails.

*Sampled* means some of endlessly many cases, drawn independently of each other: where none of them failed, the share of cases that may
still fail is below the bound that is given, with 95 % confidence, if they are drawn as the proof draws them. *Every case* means that all of
the cases that are named were tried, and says nothing about others. *Measured* means that so much was looked at, in too few runs that are
independent to say how often the rest may fail.
`

/** The page of all promises with the figures of this commit. */
export function describeProofs(results: Results, subject: Subject, machine: string): string {
  const sections = (Object.keys(promises) as PromiseName[]).map((name) => describePromise(name, results))
  return [INTRODUCTION, describeRun(results, subject, machine), ...sections].join('\n')
}

function describeRun(results: Results, { commit, isChanged, node }: Subject, machine: string): string {
  const seeds = [...new Set([...results.values()].map(({ seed }) => seed))].join(', ')
  const minutes = [...results.values()].reduce((sum, { tookMs }) => sum + tookMs, 0) / 60_000
  const last = Math.max(...[...results.values()].map(({ endedAtMs }) => endedAtMs))
  if (results.size === 0) return '## The last run\n\nNothing was run on this commit.\n'
  return `## The last run

| | |
| --- | --- |
| Date | ${new Date(last).toISOString().slice(0, 16).replace('T', ' ')} UTC |
| Commit | \`${commit}\`${isChanged ? ', with changes that are not committed' : ''} |
| Seed | ${seeds} |
| Node | ${node} |
| Machine | ${machine} |
| Stages that ran | ${results.size}, in ${minutes.toFixed(0)} minutes |
`
}

function describePromise(name: PromiseName, results: Results): string {
  const { sentence, proof, control, stages, tests } = promises[name]
  const lines = stages.flatMap((stage) => describeStage(name, stage, results.get(stage)))
  const fast = tests.length === 0 ? '' : `; a part of it in every \`npm test\`: ${tests.map((test) => `\`${test}\``).join(', ')}`
  return `## ${name}. ${sentence}

${proof}

Control: ${control}

${lines.join('\n')}

Repeat it: \`npm run prove -- ${stages.join(' ')}\`${fast}.
`
}

function describeStage(name: PromiseName, stage: StageName, result: Result | undefined): readonly string[] {
  if (result === undefined) return [`- ${stage}: **not run**`]
  if (result.failure !== null) return [`- ${stage}: **failed** before it came to figures`]
  const figures = result.figures.filter(({ promise }) => promise === name)
  return figures.length === 0 ? [`- ${stage}: **not run**`] : figures.flatMap(describeFigure)
}

function describeFigure(figure: Figure): readonly string[] {
  const { what, tried, unit, violations, controls } = figure
  const verdict = isProven(figure) ? '' : ' **NOT PROVEN**'
  return [
    `- ${what}: **${violations} violations in ${count(tried)} ${unit}**${verdict}. ${tellMeaning(figure)}`,
    ...controls.map(({ what, isCaught, how }) => `  - control, ${what}: ${isCaught ? 'noticed' : '**NOT NOTICED**'}, ${how}`),
  ]
}

function tellMeaning({ kind, tried, violations }: Figure): string {
  if (violations > 0) return 'The promise is broken.'
  if (kind === 'exhaustive') return 'Every case.'
  if (kind === 'measured') return 'Measured.'
  return `Sampled: below ${Number((boundUnseen(tried) * 100).toPrecision(2))} % at 95 %.`
}

/** A number with thin spaces between its thousands. */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f')
}

/** What git calls this commit, for the reader of a terminal. */
export function tellCommit(root: string): string {
  return execFileSync('git', ['log', '-1', '--format=%h %s'], { cwd: root, encoding: 'utf8' }).trim()
}
