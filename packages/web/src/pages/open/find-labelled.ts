import { type Mark, findMarks } from './find-marks.ts'
import { type LabelMeaning, readLabel } from './label-words.ts'

/** A value that stands behind a label. */
export interface Labelled {
  /** As written. */
  readonly label: string
  readonly isSecret: boolean
  /** Where the value begins and ends. */
  readonly start: number
  readonly end: number
}

/** A label with what may be its value, before its neighbours are asked. */
interface Pair extends Labelled {
  /** `sure` stands by itself, `maybe` beside a sure one, and `setting` beside another setting as well. */
  readonly trust: 'sure' | 'maybe' | 'setting'
}

/** Words of a value whose label is not in our lists: more are a sentence. */
const VALUE_WORDS_MAX = 6

/** What may stand between a value and the next label on the same line. */
const JOINT = /[,;|，、；]$|\s(?:[/&–-]|and|und|et|y|e|en|i|a|och|og|ja|та|і|и|ve|و|और)$/u

/** The name of a setting, as shells and programs have it. */
const NAME = /^[A-Za-z_][\w.-]*$/

/** A name that is a setting beyond doubt: nobody's password has capitals, an underscore, capitals and an equals sign. */
const LOUD_NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

/** Most signs that could follow a label: a text with more is no list of things to copy. */
const SIGNS_MAX = 2000

/**
 * Find values with a label in front: `user: anna`, `Password = x`, `KEY=value`; several on one
 * line if their labels are known words. The shape decides, and the lines that stand beside: to
 * find nothing is better than to cut prose, code or a password to pieces.
 */
export function findLabelled(text: string): readonly Labelled[] {
  if (text.split(/[:=：＝]/).length > SIGNS_MAX) return []
  const found: Pair[] = []
  let block: Pair[] = []
  for (const { start, line } of listLines(text)) {
    const marks = findMarks(line)
    if (isCode(line) && !isExcused(marks[0])) return []
    if (line.trim() === '') {
      found.push(...settle(block))
      block = []
    } else block.push(...readPairs(line, start, marks))
  }
  return [...found, ...settle(block)].map(({ label, isSecret, start, end }) => ({ label, isSecret, start, end }))
}

function listLines(text: string): readonly { readonly start: number; readonly line: string }[] {
  let start = 0
  return Array.from(text.matchAll(/\r\n|[\r\n\u2028\u2029]|$/g), ({ 0: end, index }) => {
    const line = { start, line: text.slice(start, index) }
    start = index + end.length
    return line
  })
}

/** Keep of lines that stand together what is sure, and what its neighbours make likely. */
function settle(block: readonly Pair[]): readonly Pair[] {
  const isSure = block.some(({ trust }) => trust === 'sure')
  const areSettings = block.filter(({ trust }) => trust === 'setting').length > 1
  return block.filter(({ trust }) => isSure || (areSettings && trust === 'setting'))
}

function readPairs(line: string, lineAt: number, marks: readonly Mark[]): readonly Pair[] {
  const [first] = marks
  if (first === undefined) return []
  // A loud setting is alone on its line, whatever it is set to.
  const isLoud = isLoudSetting(first)
  // A connection string or the query of an address is one thing.
  if (!isLoud && isSetting(first) && /[;&][\w ]{1,40}=/.test(line.slice(first.valueAt))) return []
  const pairs: (Pair | null)[] = []
  let isLed = first.isHead
  for (const [index, mark] of isLoud ? [[0, first] as const] : marks.entries()) {
    const { start, end } = findValue(line, mark, isLoud ? undefined : marks[index + 1])
    const value = line.slice(start, end)
    const { match, isSecret } = readLabel(mark.label)
    // Where a sentence leads up to it, the rest of the sentence is no value.
    const isValue = isLed || (!mark.isTight && isToken(value) && (marks.length > 1 || isOdd(value)))
    const trust = isValue && !isScrap(value) ? judge(mark, match, value, isSecret) : null
    isLed &&= trust !== null
    // If this is none, then the value in front of it was cut where it does not end.
    if (trust === null) pairs.pop()
    pairs.push(trust && { label: mark.label, isSecret, start: lineAt + start, end: lineAt + end, trust })
  }
  return pairs.filter((pair) => pair !== null)
}

/** How far a pair is to be trusted; `null`: not at all. */
function judge(mark: Mark, match: LabelMeaning['match'], value: string, isSecret: boolean): Pair['trust'] | null {
  const { label, isTight } = mark
  if (isSetting(mark)) {
    // Quotes that do not end here are for a shell to read.
    if (/^["']/.test(value) && !(value.length > 1 && value.endsWith(value.charAt(0)))) return null
    if (match === 'whole' || isLoudSetting(mark)) return 'sure'
    return NAME.test(label) ? 'setting' : null
  }
  if (isTight) {
    // `host:port`, `admin:admin`.
    if (match !== 'whole' || !/[\p{L}\p{N}]/u.test(value)) return null
    return isSecret ? 'sure' : 'maybe'
  }
  if (match === 'whole') return 'sure'
  if (isProse(value)) return null
  if (match === 'part') return 'sure'
  // A label that nobody knows may be code: `a.b = 1`, `f(): number`, `size: 3,`.
  if (!/^\p{L}[^]/u.test(label) || /\p{L}\.\p{L}|\(\)/u.test(label) || /[,;]$/.test(value)) return null
  if (isOdd(value)) return 'sure'
  return value.includes('://') ? null : 'maybe'
}

function findValue(line: string, mark: Mark, next: Mark | undefined): { readonly start: number; readonly end: number } {
  const room = line.slice(mark.valueAt, next?.at)
  const value = next === undefined ? room.trim() : room.trim().replace(JOINT, '').trimEnd()
  const start = mark.valueAt + room.length - room.trimStart().length
  return isSetting(mark) && isInQuotes(value) ? { start: start + 1, end: start + value.length - 1 } : { start, end: start + value.length }
}

function isInQuotes(value: string): boolean {
  const quote = value.charAt(0)
  return (quote === '"' || quote === "'") && value.length > 1 && value.indexOf(quote, 1) === value.length - 1
}

function isLoudSetting(mark: Mark): boolean {
  return mark.isHead && isSetting(mark) && (mark.isExported || LOUD_NAME.test(mark.label))
}

function isSetting({ sign, isTight }: Mark): boolean {
  return sign === 'equals' && isTight
}

/** Whether a value is nothing, or a piece of code. */
function isScrap(value: string): boolean {
  return value === '' || /^[{[(|>&]{1,2}$/.test(value) || (/^["'`]/.test(value) && /["'`][,;]$/.test(value))
}

/** Whether a value is one run of characters, and not the end of a sentence. */
function isToken(value: string): boolean {
  return !/\s|[.,;!?…]$/.test(value)
}

/** Whether a value is one run of characters, and not a word that a sentence could have there. */
function isOdd(value: string): boolean {
  if (/\s|[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]/u.test(value)) return false
  const word = value.replace(/[.,;!?…]{1,3}$/, '')
  return /[^\p{L}\p{M}'’-]|\p{Ll}\p{Lu}/u.test(word)
}

function isProse(value: string): boolean {
  const words = value.split(/\s+/).length
  return words > VALUE_WORDS_MAX || (words > 2 && /[.!?…]$/.test(value)) || /[。！？]$|[:=：]\s/.test(value)
}

/** Whether a line is one of a program, a query or a page: then so is the text around it. */
function isCode(line: string): boolean {
  const code = line.trim()
  return (
    /[{}]$|\):$/.test(code) ||
    (code.endsWith(';') && /[=(]/.test(code)) ||
    (code.startsWith('<') && code.includes('=')) ||
    /=\s?[\w.]{1,40}\(|^(?:export\s)?(?:def|function|const|let|var|fn|func|readonly)\s[\w$]{1,40}\s?[=(:]|^(?:SELECT|INSERT INTO|DELETE FROM)\s/.test(
      code,
    )
  )
}

/** Whether a line may end as code does, since it begins with a label that is beyond doubt. */
function isExcused(mark: Mark | undefined): boolean {
  if (mark?.isHead !== true) return false
  return mark.sign === 'colon' ? readLabel(mark.label).match === 'whole' : isSetting(mark) && /^[A-Z][A-Z0-9_]*$/.test(mark.label)
}
