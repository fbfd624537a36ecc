import { Session } from 'node:inspector/promises'

/** What a run has cost, counted rather than timed: the same on every machine. */
export interface Cost {
  /** Blocks of code that were entered, and characters that built-in functions and patterns went over. */
  readonly steps: number
  /** Patterns that met a long text and could go over it more than once. */
  readonly slowPatterns: readonly string[]
}

/** Texts up to this length, in characters, may meet any pattern. */
const SHORT_CHARACTERS_MAX = 64

/** What goes over the whole of a string, at worst. */
const SCANS = [
  'trim',
  'trimStart',
  'trimEnd',
  'indexOf',
  'lastIndexOf',
  'includes',
  'normalize',
  'toLowerCase',
  'replace',
  'replaceAll',
  'split',
] as const

/**
 * Count the steps of a run: the blocks of the files whose address matches, which the engine's
 * coverage counts, and the characters that go through built-in functions, which are wrapped.
 */
export async function countSteps(files: RegExp, run: () => void): Promise<Cost> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const { characters, slowPatterns } = watchBuiltIns(run)
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const ranges = result.filter(({ url }) => files.test(url)).flatMap(({ functions }) => functions.flatMap((entry) => entry.ranges))
  return { steps: ranges.reduce((sum, { count }) => sum + count, characters), slowPatterns }
}

/** Whether a pattern goes over a text once: nothing in it is repeated without end but one class, at its very end. */
export function isOncePattern(source: string): boolean {
  const plain = source.replaceAll(/\\p\{[^}]*\}|\\u[\dA-F]{4}|\\./gi, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
  return !/[*+]|,\}/.test(plain.replace(/x[*+]$/, ''))
}

function watchBuiltIns(run: () => void): { readonly characters: number; readonly slowPatterns: readonly string[] } {
  const patterns = new Set<string>()
  let characters = 0
  const mends: (() => void)[] = []
  /** Put a function around a built-in one, which is told `this`, the arguments and the result. */
  const wrap = (prototype: object, name: string, weigh: (self: unknown, given: readonly unknown[], result: unknown) => number) => {
    const native = Reflect.get(prototype, name) as (...given: readonly unknown[]) => unknown
    mends.push(() => Reflect.set(prototype, name, native))
    Reflect.set(prototype, name, function (this: unknown, ...given: readonly unknown[]) {
      const before = this instanceof RegExp && (this.global || this.sticky) ? this.lastIndex : 0
      const result = Reflect.apply(native, this, given)
      characters += weigh(this, [...given, before], result)
      return result
    })
  }
  for (const name of SCANS) wrap(String.prototype, name, (self) => String(self).length)
  wrap(String.prototype, 'slice', (_, __, result) => String(result).length)
  wrap(RegExp.prototype, 'exec', (self, [text, from], result) => {
    const { source, sticky } = self as RegExp
    const { length } = text as string
    const match = result as RegExpExecArray | null
    if (length > SHORT_CHARACTERS_MAX) patterns.add(source)
    if (match !== null) return match.index + match[0].length - (from as number) + 1
    return sticky ? 1 : length - (from as number) + 1
  })
  try {
    run()
  } finally {
    for (const mend of mends) mend()
  }
  return { characters, slowPatterns: [...patterns].filter((source) => !isOncePattern(source)) }
}
