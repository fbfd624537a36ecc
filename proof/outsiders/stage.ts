import { type Control, type Figure, type Stage, type StageOptions } from '../stage.ts'
import { SETTINGS, searchRun } from './canaries.ts'
import { LEAKS, findPlanted } from './leaks.ts'
import { OPENS_ON_GET, OVERRIDES_METHODS, crawl } from './crawlers.ts'
import { ID_MUTANTS, compareIds } from './id-only.ts'
import { type Delivery, LENIENT, hearProbes, sendMalformed } from './malformed.ts'
import { SLOW_MUTANTS, T_MAX, describeTimes, timeIds } from './timing.ts'
import { PAGE_MUTANTS, visitPressed, visitUnpressed } from './unpressed.ts'

/** Pairs of each route whose times are compared, and of the one that the control is tried on: fixed before anything is measured. */
const PAIRS = 20_000
const CONTROL_PAIRS = 5_000
const EVERY = 1000

export const stage: Stage = {
  minutesMax: 15,
  async run(options) {
    return [
      ...(await proveIds(options)),
      ...(await provePrograms(options)),
      await proveSilence(options),
      ...(await proveStrictness(options)),
    ]
  },
}

/** P17. */
async function proveIds(options: StageOptions): Promise<readonly Figure[]> {
  const { say, seed } = options
  const { pairs, told, changed } = await compareIds(options, { stride: 1 })
  for (const line of [...told, ...changed]) say(line)
  const replies = {
    promise: 'P17',
    what: 'replies to a real id and to a random one, byte for byte, from every state',
    unit: 'pairs of replies',
    kind: 'exhaustive',
  } as const
  const controls: Control[] = []
  for (const { what, patches, sign } of ID_MUTANTS) {
    const found = (await compareIds(options, { stride: 7 }, patches))[sign]
    controls.push({
      what,
      isCaught: found.length > 0,
      how: `${found.length} ${sign === 'told' ? 'replies that differ' : 'things changed'}`,
    })
  }
  say(`${pairs} pairs of replies: ${told.length} differ, ${changed.length} things changed`)

  const timed = await timeIds(options, { pairs: PAIRS, each: 4, seed })
  for (const one of timed) say(describeTimes(one))
  const slow: Control[] = []
  for (const { what, patches, call } of SLOW_MUTANTS) {
    const [one] = await timeIds(options, { pairs: CONTROL_PAIRS, each: 4, seed }, patches, [call])
    const tWorst = one?.tWorst ?? 0
    slow.push({ what, isCaught: tWorst >= T_MAX, how: `a t of ${tWorst.toFixed(1)} in ${CONTROL_PAIRS} pairs of ${call}` })
  }
  const tMost = Math.max(...timed.map(({ tWorst }) => tWorst))
  return [
    { ...replies, tried: pairs, violations: told.length + changed.length, controls },
    {
      promise: 'P17',
      what: `the time of ${PAIRS} pairs of answers on each of ${timed.length} routes, by Welch’s t in 101 croppings: ${tMost.toFixed(1)} at most, bound ${T_MAX}`,
      tried: timed.length * PAIRS,
      unit: 'pairs of times',
      violations: timed.filter(({ tWorst }) => tWorst >= T_MAX).length,
      kind: 'measured',
      controls: slow,
    },
  ]
}

/** P18. */
async function provePrograms(options: StageOptions): Promise<readonly Figure[]> {
  const { say } = options
  const crawled = await crawl(options, { agents: EVERY })
  for (const line of crawled.changed) say(line)
  say(`${crawled.requests} requests of ${crawled.agents} programs: ${crawled.changed.length} things changed`)
  const controls: Control[] = []
  for (const [what, patches] of [
    ['a route that opens on GET', OPENS_ON_GET],
    ['a server that lets a header say which method is meant', OVERRIDES_METHODS],
  ] as const) {
    const { changed } = await crawl(options, { agents: 1 }, patches)
    controls.push({ what, isCaught: changed.length > 0, how: `${changed.length} things changed` })
  }
  const visited = await visitUnpressed(options, { visits: EVERY })
  for (const line of visited.opened) say(line)
  say(`${visited.visits} kinds of visits: ${visited.opened.length} opened; asked ahead: ${visited.ahead.join(', ')}`)
  if (!visited.ahead.some((purpose) => purpose.includes('prerender')))
    throw new Error('the browser did not prerender the link, so nothing is known of that')
  const pages: Control[] = []
  for (const { what, patches, visits } of PAGE_MUTANTS) {
    const { opened } = await visitUnpressed(options, { visits }, patches)
    pages.push({ what, isCaught: opened.length > 0, how: opened.join('; ') })
  }
  const pressed = await visitPressed(options)
  pages.push({ what: 'a person who presses', isCaught: pressed !== 'sealed', how: `the receipt says ${pressed}` })
  return [
    {
      promise: 'P18',
      what: `every method on every route under ${crawled.agents} names of programs`,
      tried: crawled.requests,
      unit: 'requests',
      violations: crawled.changed.length,
      kind: 'exhaustive',
      controls,
    },
    {
      promise: 'P18',
      what: 'visits by Chromium in which nobody presses',
      tried: visited.visits,
      unit: 'kinds of visits',
      violations: visited.opened.length,
      kind: 'exhaustive',
      controls: pages,
    },
  ]
}

/** P19. */
async function proveSilence(options: StageOptions): Promise<Figure> {
  const { say } = options
  const found: string[] = []
  let tried = 0
  for (const settings of SETTINGS) {
    const searched = await searchRun(options, settings, true)
    if (searched.missing.length > 0) throw new Error(`nothing was answered ${searched.missing.join(', ')}`)
    found.push(...searched.found)
    tried += searched.spellings * searched.places
    say(
      `${searched.spellings} spellings of ${searched.canaries} canaries in ${searched.places} places, ${searched.bytes} bytes: ${searched.found.length} found`,
    )
  }
  for (const line of found) say(line)
  const leaked = await searchRun(
    options,
    SETTINGS[0] ?? {},
    false,
    LEAKS.map(({ patch }) => patch),
  )
  const controls = LEAKS.map(({ what, sign }): Control => {
    const lines = leaked.found.filter((line) => sign.test(line))
    return { what: `a server that logs ${what}`, isCaught: lines.length > 0, how: lines[0] ?? 'it was not noticed' }
  })
  const unseen = findPlanted(options)
  controls.push({
    what: 'each canary, planted in each spelling',
    isCaught: unseen.length === 0,
    how: unseen.length === 0 ? 'all were found' : unseen.join('; '),
  })
  return {
    promise: 'P19',
    what: `canaries in every spelling, in all that servers put out under ${SETTINGS.length} settings`,
    tried,
    unit: 'searches',
    violations: found.length,
    kind: 'exhaustive',
    controls,
  }
}

/** P21. Where a request is cut in two is drawn; all else is every case. */
async function proveStrictness(options: StageOptions): Promise<readonly Figure[]> {
  const deaf = await hearProbes(options)
  if (deaf.length > 0) throw new Error(`the probes do not hear ${deaf.join(', ')}`)
  return [await deliverMalformed(options, ['whole', 'byte by byte'], 'exhaustive'), await deliverMalformed(options, ['in two'], 'sampled')]
}

async function deliverMalformed(options: StageOptions, deliveries: readonly Delivery[], kind: Figure['kind']): Promise<Figure> {
  const { say, seed } = options
  const { cases, reached, mishandled } = await sendMalformed(options, { deliveries, seed })
  for (const line of [...reached, ...mishandled]) say(line)
  const how = deliveries.join(' and ')
  say(`${cases} malformed requests, ${how}: ${reached.length} reached the application, ${mishandled.length} were mishandled`)
  const lenient = await sendMalformed(options, { deliveries: deliveries.slice(0, 1), seed }, LENIENT)
  return {
    promise: 'P21',
    what: `malformed requests, ${how}`,
    tried: cases,
    unit: 'requests',
    violations: reached.length + mishandled.length,
    kind,
    controls: [
      {
        what: 'a server that reads leniently',
        isCaught: lenient.reached.length > 0,
        how: `${lenient.reached.length} of ${lenient.cases} reached it, ${deliveries[0]}`,
      },
    ],
  }
}
