import { type Draw, drawBelow } from './draw-number.ts'

/** What kind of password is to be made. */
export type PasswordChoice =
  | {
      readonly kind: 'characters'
      /** {@link LENGTHS}. */
      readonly length: number
      /** Whether it is to be read aloud or typed from paper: then nothing in it looks like anything else. */
      readonly readable: boolean
    }
  | {
      readonly kind: 'words'
      /** {@link WORD_COUNTS}. */
      readonly count: number
      /** What is drawn from; all different, or {@link gaugeBits} promises too much. */
      readonly words: readonly string[]
    }

/** How many characters a password may have. */
export const LENGTHS = { min: 8, max: 128 } as const

/** How many words a passphrase may have. */
export const WORD_COUNTS = { min: 3, max: 12 } as const

/** How well a password that was drawn withstands guessing. */
export type Strength = 'weak' | 'fair' | 'strong' | 'very-strong'

// One bit more doubles the work. Half of all passwords are tried before the right one, on average.
// The figures hold for what was drawn by chance, not for what a person thought up.

/**
 * Below this, a slow hash does not help. SECURITY.md has 12.4 guesses a second at one Argon2id
 * each on one machine; a thousand of them need 17 months for 40 bits. A login that lets a hundred
 * guesses a second through needs 174 years.
 */
export const FAIR_BITS = 40

/**
 * Below this, a hash that is not slow falls: some 10¹² guesses a second, which a rack of graphics
 * cards makes at NTLM or a bare SHA-1, need 14 months for 66 bits. Argon2id is out of reach.
 */
export const STRONG_BITS = 66

/** From here on a thousand such racks need some 4900 years, and nothing is gained by more. */
export const VERY_STRONG_BITS = 88

/** What characters are drawn from: capitals, small letters, digits, symbols. */
export type Classes = readonly [capitals: string, smalls: string, digits: string, symbols: string]

/**
 * The symbols mean nothing to a shell, a URL's path or a mail program, and no chat program makes
 * a smiley of them. Others ask to be quoted, escaped or percent-encoded by whoever pastes them.
 */
const ALL: Classes = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789', '-_.+']

/**
 * Without 0 O o, 1 I l, 2 Z z, 5 S s, 8 B, and without what looks like the 6 and the 9 that stay:
 * b G, g q. Minus and plus have a name in every language.
 */
const READABLE: Classes = ['ACDEFHJKLMNPQRTUVWXY', 'acdefhijkmnprtuvwxy', '34679', '-+']

/** Candidates in a row that may be refused. One in nine is taken where it is hardest. */
const CANDIDATES_MAX = 10_000

/**
 * Make up a password or a passphrase, each one that fits the choice as likely as every other.
 *
 * @param draw - where the randomness comes from.
 */
export function generatePassword(choice: PasswordChoice, draw?: Draw): string {
  checkChoice(choice)
  switch (choice.kind) {
    case 'characters':
      return drawCharacters(pickClasses(choice.readable), choice.length, draw)
    case 'words':
      return Array.from({ length: choice.count }, () => choice.words[drawBelow(choice.words.length, draw)]).join('-')
  }
}

/** How many bits of chance are in a password of this choice: log₂ of how many there are. */
export function gaugeBits(choice: PasswordChoice): number {
  checkChoice(choice)
  switch (choice.kind) {
    case 'characters':
      return Math.log2(Number(countCharacters(pickClasses(choice.readable), choice.length)))
    case 'words':
      return choice.count * Math.log2(choice.words.length)
  }
}

/** Name the strength of so many bits of chance. */
export function gaugeStrength(bits: number): Strength {
  if (bits < FAIR_BITS) return 'weak'
  if (bits < STRONG_BITS) return 'fair'
  return bits < VERY_STRONG_BITS ? 'strong' : 'very-strong'
}

/**
 * Draw characters until every class is among them, with neither a symbol in front, where programs
 * take it for an option or a formula, nor at the end, where mail programs leave it out of what
 * they mark. A candidate that fails is thrown away whole: mending it would make some passwords
 * likelier than others, drawing anew keeps all that pass equally likely.
 */
export function drawCharacters(classes: Classes, length: number, draw?: Draw): string {
  const alphabet = classes.join('')
  for (let candidates = 0; candidates < CANDIDATES_MAX; candidates++) {
    const characters = Array.from({ length }, () => alphabet.charAt(drawBelow(alphabet.length, draw)))
    if (isGood(classes, characters)) return characters.join('')
  }
  throw new Error(`${CANDIDATES_MAX} passwords in a row could not be used`)
}

/**
 * How many results {@link drawCharacters} has. Inclusion and exclusion: from all texts take those
 * that lack a class, put back those that lack two, and so on.
 */
export function countCharacters(classes: Classes, length: number): bigint {
  let count = 0n
  for (let lacking = 0; lacking < 2 ** classes.length; lacking++) {
    const sizes = classes.map((characters, index) => ((lacking >> index) & 1 ? 0n : BigInt(characters.length)))
    const [capitals = 0n, smalls = 0n, digits = 0n, symbols = 0n] = sizes
    const atEnds = capitals + smalls + digits
    const texts = atEnds ** 2n * (atEnds + symbols) ** BigInt(length - 2)
    count += sizes.filter((size) => size === 0n).length % 2 === 0 ? texts : -texts
  }
  return count
}

function isGood(classes: Classes, characters: readonly string[]): boolean {
  const symbols = classes[3]
  const isSymbolAtEnd = symbols.includes(characters.at(0) ?? '') || symbols.includes(characters.at(-1) ?? '')
  return !isSymbolAtEnd && classes.every((members) => characters.some((character) => members.includes(character)))
}

function pickClasses(readable: boolean): Classes {
  return readable ? READABLE : ALL
}

function checkChoice(choice: PasswordChoice): void {
  const [amount, { min, max }] = choice.kind === 'characters' ? [choice.length, LENGTHS] : [choice.count, WORD_COUNTS]
  if (!Number.isInteger(amount) || amount < min || amount > max) throw new TypeError(`a password has ${min} to ${max} ${choice.kind}`)
  if (choice.kind === 'words' && choice.words.length === 0) throw new TypeError('a passphrase needs words to draw from')
}
