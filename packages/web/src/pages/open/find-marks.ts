import { PHRASE_WORDS_MAX, readLabel } from './label-words.ts'

/** Where a label stands in its line. */
export interface Mark {
  /** As written. */
  readonly label: string
  readonly at: number
  /** Behind the sign. */
  readonly valueAt: number
  readonly sign: 'colon' | 'equals'
  /** Whether the value follows at once: `a:b`, `a=b`. In full width it always does, and says nothing. */
  readonly isTight: boolean
  /** Whether the line begins with it. */
  readonly isHead: boolean
  /** Whether a shell's `export` stands in front. */
  readonly isExported: boolean
}

/** Longest label, in characters. */
const LABEL_CHARACTERS_MAX = 40

/** Most words of a label: more are a sentence. */
const LABEL_WORDS_MAX = 4

/** What may stand in front of a label in its line: marks of direction, a bullet or a number, and what shells put there. */
const LEAD = /^[\u061C\u200E\u200F]{0,2}(?:(?:[-*•–·>]|\d{1,2}[.)])\s{1,4})?(export\s{1,4})?/

/** Longest lead, in characters. */
const LEAD_CHARACTERS_MAX = 24

/** A label: letters and digits, and what stands between them, without marks that turn the order around. */
const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}\s\u061C\u200C-\u200F'’״._/()#&+-]*[\p{L}\p{M}\p{N}\u061C\u200C-\u200F_.)#])?$/u

/** Find the labels of a line: what it begins with, and known words further on. */
export function findMarks(line: string): readonly Mark[] {
  const indent = line.length - line.trimStart().length
  const [lead = '', shell] = LEAD.exec(line.slice(indent, indent + LEAD_CHARACTERS_MAX)) ?? []
  const from = indent + lead.length
  const marks: Mark[] = []
  let isFirst = true
  for (const { 0: sign, index } of line.matchAll(/[:=：＝]/g)) {
    const roomAt = marks.at(-1)?.valueAt ?? from
    const windowAt = Math.max(roomAt, index - LABEL_CHARACTERS_MAX)
    const before = line.slice(windowAt, index).trimEnd()
    const isHead = isFirst && windowAt === from && isHeadLabel(before)
    isFirst = false
    const label = isHead ? before : findInnerLabel(before, windowAt > roomAt, marks[0]?.isTight === true)
    if (label === null || isOther(line, index)) continue
    marks.push({
      label,
      at: windowAt + before.length - label.length,
      valueAt: index + 1,
      sign: sign === ':' || sign === '：' ? 'colon' : 'equals',
      isTight: /[:=]\S/.test(line.slice(index, index + 2)),
      isHead,
      isExported: shell !== undefined,
    })
  }
  return marks
}

/** Whether a sign is part of something else: `://`, `C:\`, `::`, `:=`, `==`, `=>`. */
function isOther(line: string, index: number): boolean {
  return /^(?::\/\/|:[\\:=]|=[=>~])/.test(line.slice(index, index + 3))
}

/** Whether all that stands in front of a line's first sign is a label. */
function isHeadLabel(before: string): boolean {
  const isBalanced = before.split('(').length === before.split(')').length
  return LABEL.test(before) && isBalanced && before.split(/\s+/).length <= LABEL_WORDS_MAX
}

/**
 * Find the last words in front of a sign that our lists know. They stand behind a space, or behind
 * a comma of full width; behind another one only in `a:b,c:d`, since `x,key=y` may be a password.
 */
function findInnerLabel(before: string, isCut: boolean, isAmongTight: boolean): string | null {
  const last = before.split(isAmongTight ? /[,;|，、；]/ : /[，、；]/).at(-1) ?? ''
  const words = last.split(/\s/)
  // The first is the end of a word that begins further in front.
  if (isCut && last.length === before.length) words.shift()
  for (let count = Math.min(PHRASE_WORDS_MAX, words.length); count > 0; count--) {
    const label = before.slice(before.length - words.slice(-count).join(' ').length)
    const match = LABEL.test(label) ? readLabel(label).match : 'none'
    if (match === 'whole' || (match === 'part' && count === 1)) return label
  }
  return null
}
