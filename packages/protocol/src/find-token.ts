import { type Token, TOKEN_CHARACTERS, parseToken } from './link.ts'

// ---- Specification: SPEC §3.3 names these bounds. ----

/** Longest text that is searched for a token, in characters: a long mail, not a book. */
const TEXT_CHARACTERS_MAX = 65_536

/** Layers of percent-encoding that are taken off: a link in a link in a link. */
const LAYERS_MAX = 3

/** Readings that are decoded and held against their check, at most. */
const READINGS_MAX = 512

/** Characters of a token and no others, as many as the shortest token has, or more. */
const RUN = /[1-9A-HJ-NP-Za-km-z]{48,}/g

/** What nobody sees: zero-width characters, soft hyphens, marks of direction and of byte order. */
const INVISIBLE = /\p{DI}/gu

/** What comes into the middle of a token: line breaks, quoting, soft breaks, hyphens, and what HTML writes for them. */
const JOINT = /<\/?\w+ ?\/?>|&#?\w+;|[\s=>|\p{Pd}]+/gu

/**
 * Find the token in a fragment, a whole link, or a text that somebody pasted around one,
 * whatever mail and chat programs have made of it: the check says which reading was meant.
 * `null` if none holds. SPEC §3.3.
 *
 * @param wanted - of several tokens the first of this kind is taken, or else the first.
 */
export async function findToken(text: string, wanted?: Token['kind']): Promise<Token | null> {
  let found: Token | null = null
  let readings = 0
  for (const reading of listReadings(text)) {
    if (readings++ === READINGS_MAX) break
    const token = await parseToken(reading)
    if (token !== null && (wanted ?? token.kind) === token.kind) return token
    found ??= token
  }
  return found
}

/** Whether there is anything in a text that may be a token, whole or not. */
export function mayHoldToken(text: string): boolean {
  return listRuns(text).size > 0
}

/** Take off what programs put over a text: percent-encoding, full-width letters, ligatures, what cannot be seen. */
export function uncoverText(text: string): string {
  let bare = text.slice(0, TEXT_CHARACTERS_MAX)
  for (let layer = 0; layer < LAYERS_MAX; layer++)
    bare = bare
      .replaceAll(/(?:%[\da-f]{2})+/gi, decodeRun)
      .normalize('NFKC')
      .replaceAll(INVISIBLE, '')
  return bare
}

/** Every place in every run that is as long as a token: those at the start of their run first. */
function* listReadings(text: string): Generator<string> {
  const runs = listRuns(text)
  for (let at = 0, isMore = true; isMore; at++) {
    isMore = false
    for (const run of runs) {
      for (const length of TOKEN_CHARACTERS) {
        if (at + length > run.length) continue
        isMore = true
        yield run.slice(at, at + length)
      }
    }
  }
}

/** The runs of a text as it is, then uncovered, then with its wrapped lines joined. */
function listRuns(text: string): ReadonlySet<string> {
  const bare = uncoverText(text)
  return new Set([text.slice(0, TEXT_CHARACTERS_MAX), bare, bare.replaceAll(JOINT, '')].flatMap((view) => view.match(RUN) ?? []))
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    return run
  }
}
