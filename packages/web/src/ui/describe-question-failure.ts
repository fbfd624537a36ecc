import { questionWords as words } from '../languages/en.ts'
import type { Failure } from './connect.ts'

/**
 * The sentence for a failure of any kind, where nothing is sent but questions and claims: the
 * page for reading does not carry the words of sending. Whatever else the server refuses with
 * there is a fault of its own, and no answer.
 */
export function describeQuestionFailure(failure: Failure): string {
  if (failure.kind !== 'refused') return words[failure.kind]
  return failure.problem in words ? words[failure.problem as keyof typeof words] : words.unavailable
}
