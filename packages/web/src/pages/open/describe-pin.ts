import { type openWords, pinWords as words } from '../../languages/en.ts'
import { describeQuestionFailure } from '../../ui/describe-question-failure.ts'
import { sayCount } from '../../ui/say.ts'
import type { PinPage } from './pin-state.ts'

/** The page's own words, which it has already. */
type OpenWords = typeof openWords

/** What is wrong, in words; "" if nothing is. */
export function describePinTrouble({ trouble, attemptsLeft }: PinPage, openWords: OpenWords, locale: string): string {
  switch (trouble) {
    case null:
      return ''
    case 'wrong':
      return `${words.wrong} ${sayCount(words.triesLeft, attemptsLeft ?? 0, locale)}`
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
export function announcePin(page: PinPage, openWords: OpenWords, locale: string): string {
  if (page.step !== 'asking') return describePinButton(page, openWords)
  const own = page.origin === 'own' ? `${openWords.own} ${openWords.ownDetail} ` : ''
  const last = page.attemptsLeft === 1 ? ` ${words.lastTry} ${words.lastTryDetail}` : ''
  return (describePinTrouble(page, openWords, locale) || own + words.ask) + last
}

/** What the button says. */
export function describePinButton({ step, origin }: PinPage, openWords: OpenWords): string {
  if (step === 'stretching') return words.stretching
  if (step === 'opening') return openWords.opening
  return origin === 'own' ? openWords.ownShow : openWords.show
}
