import type { ProblemCode } from '@letterlock/protocol'
import type { Failure } from './connect.ts'
import { describeQuestionFailure, questionWords } from './question-words.ts'

/** One sentence for every refusal there is. */
export const problemWords: Record<ProblemCode, string> = {
  ...questionWords,
  internal: 'Something broke on the server. Please try again in a moment.',
  unauthorized: 'The server does not accept what this page sent. Reload the page and try again.',
  pin_wrong: 'That PIN is not right.',
  not_found: 'The server does not know this secret.',
  method_not_allowed: 'The server does not do this. Reload the page and try again.',
  id_taken: 'The server has another secret under this name. Please try once more.',
  parts_missing: 'Parts of the secret did not arrive. Please try again.',
  committed: 'This secret has already been sent.',
  gone: 'This secret is already gone.',
  too_large: 'This is more than the server accepts. Please send less.',
  unsupported: 'The server does not understand this page. Reload the page and try again.',
  range: 'The server does not have that part of the secret.',
  lifetime_refused: 'This server does not offer that time. Please choose another one.',
  storage_full: 'The server has no room left. Please try again later, or tell whoever runs it.',
}

/** The sentence for a failure of any kind. */
export function describeFailure(failure: Failure): string {
  return failure.kind === 'refused' ? problemWords[failure.problem] : describeQuestionFailure(failure)
}
