/** The promises that are proven here; the others come with what they are about. */
export type PromiseName =
  | 'P1'
  | 'P2'
  | 'P3'
  | 'P4'
  | 'P5'
  | 'P6'
  | 'P7'
  | 'P10'
  | 'P11'
  | 'P12'
  | 'P13'
  | 'P14'
  | 'P15'
  | 'P16'
  | 'P17'
  | 'P18'
  | 'P19'
  | 'P21'
  | 'P23'
  | 'P24'

/** Something that was tried many times, and how often it broke a promise. */
export interface Figure {
  readonly promise: PromiseName
  /** What was tried, such as "64 claims at once of one secret, from 4 processes". */
  readonly what: string
  /** How often it was tried. */
  readonly tried: number
  /** What is counted, in the plural, such as "secrets". */
  readonly unit: string
  readonly violations: number
  /**
   * Whether these were some of endlessly many cases, drawn independently of each other; every one of the cases that are named;
   * or neither, so that the count says how much was looked at and nothing about what was not.
   */
  readonly kind: 'sampled' | 'exhaustive' | 'measured'
  /** Variants that are broken on purpose. A figure without a caught one means nothing. */
  readonly controls: readonly Control[]
}

/** A variant that is broken on purpose, and whether the same proof noticed. */
export interface Control {
  /** What was broken, such as "a store that reads, and then writes". */
  readonly what: string
  readonly isCaught: boolean
  /** How it was noticed, such as "two winners in 61 of 64 races". */
  readonly how: string
}

/** What a stage is given. */
export interface StageOptions {
  /** Chance comes from here alone: the same seed tries the same cases. */
  readonly seed: number
  /** Say how far it has come, in one line. */
  readonly say: (line: string) => void
  /** Have something ended or removed behind the stage, whatever becomes of it. */
  readonly after: (clean: () => Promise<void> | void) => void
}

/** Some promises, proven together because they share what they need. */
export interface Stage {
  /** Debian packages that it needs, besides those of `npm test`, each with a file that tells that it is there. */
  readonly packages?: Readonly<Record<string, string>>
  /** After this time it is ended, and has failed, in minutes. */
  readonly minutesMax: number
  run(options: StageOptions): Promise<readonly Figure[]>
}

/** Whether a promise held, and the proof would have noticed otherwise. */
export function isProven({ tried, violations, controls }: Figure): boolean {
  return tried > 0 && violations === 0 && controls.length > 0 && controls.every(({ isCaught }) => isCaught)
}

/**
 * How often something may still happen that was not seen in `tried` independent tries, with
 * 95 % confidence, as a share of 1: the exact form of the rule of three.
 */
export function boundUnseen(tried: number): number {
  return 1 - 0.05 ** (1 / tried)
}
