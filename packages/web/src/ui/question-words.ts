import type { ProblemCode } from '@letterlock/protocol'
import type { Failure } from './connect.ts'

/** A sentence for every refusal that a question may meet, and a claim. */
export const questionWords = {
  malformed: 'The server did not understand this page. Reload the page and try again.',
  rate_limited: 'The server has been asked too often. Please wait a minute, then try again.',
  unavailable: 'The server cannot answer right now. Please try again in a moment.',
} satisfies Partial<Record<ProblemCode, string>>

/**
 * The sentence for a failure of any kind, where nothing is sent but questions and claims: the
 * page for reading does not carry the words of sending. Whatever else the server refuses with
 * there is a fault of its own, and no answer.
 */
export function describeQuestionFailure(failure: Failure): string {
  if (failure.kind === 'refused')
    return (questionWords as Partial<Record<ProblemCode, string>>)[failure.problem] ?? questionWords.unavailable
  return failure.kind === 'unreachable'
    ? 'We could not reach the server.'
    : 'The answer did not come from Letterlock. Something between you and the server may have changed it.'
}
