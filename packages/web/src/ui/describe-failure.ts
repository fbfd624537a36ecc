import type { ProblemCode } from '@letterlock/protocol'
import { problemWords, questionWords } from '../languages/en.ts'
import type { Failure } from './connect.ts'
import { describeQuestionFailure } from './describe-question-failure.ts'

/** The sentence for a failure of any kind. The compiler knows if a refusal has none. */
export function describeFailure(failure: Failure): string {
  if (failure.kind !== 'refused') return describeQuestionFailure(failure)
  const { problem } = failure
  return isQuestion(problem) ? questionWords[problem] : problemWords[problem]
}

function isQuestion(problem: ProblemCode): problem is ProblemCode & keyof typeof questionWords {
  return problem in questionWords
}
