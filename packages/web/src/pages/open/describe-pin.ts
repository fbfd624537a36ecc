import { describeQuestionFailure } from '../../ui/question-words.ts'
import type { PinPage } from './pin-state.ts'
import { pinWords as words } from './pin-words.ts'
import type { openWords } from './words.ts'

/** The page's own words, which it has already. */
type OpenWords = typeof openWords

/** What is wrong, in words; "" if nothing is. */
export function describePinTrouble({ trouble, attemptsLeft }: PinPage, openWords: OpenWords): string {
  switch (trouble) {
    case null:
      return ''
    case 'wrong':
      return `${words.wrong} ${words.triesLeft(attemptsLeft ?? 0)}`
    case 'press-again':
      return openWords.pressAgain
    case 'too-long':
      return words.tooLong
    case 'empty':
    case 'mistyped':
    case 'unable':
      return words[trouble]
    default:
      return `${describeQuestionFailure(trouble)} ${words.stillHere}`
  }
}

/** What a screen reader is told. */
export function announcePin(page: PinPage, openWords: OpenWords): string {
  if (page.step !== 'asking') return describePinButton(page, openWords)
  const last = page.attemptsLeft === 1 ? ` ${words.lastTry} ${words.lastTryDetail}` : ''
  return (describePinTrouble(page, openWords) || words.ask) + last
}

/** What the button says. */
export function describePinButton({ step }: PinPage, openWords: OpenWords): string {
  if (step === 'stretching') return words.stretching
  return step === 'opening' ? openWords.opening : openWords.show
}
