import type { ClientError, Server } from '@letterlock/client'
import type { ProblemCode } from '@letterlock/protocol'

/** Why there was no answer, as far as words on a screen need to know. */
export type Failure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'refused'; readonly problem: ProblemCode }

/** The instance that this page came from. */
export function connectTo(baseUrl: string): Server {
  return { baseUrl, fetch: (input, init) => fetch(input, init) }
}

/** Tell a failure of the network or the server from a mistake of ours, which is thrown on. */
export function nameFailure(error: unknown): Failure {
  if (!isClientError(error)) throw error
  if (error.problem !== null) return { kind: 'refused', problem: error.problem }
  if (error.code === 'unavailable') return { kind: 'refused', problem: 'unavailable' }
  return { kind: error.code === 'unreachable' ? 'unreachable' : 'damaged' }
}

/** A part of a page is a bundle of its own, with a class of its own: what it throws is known by its name. */
function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && error.name === ('ClientError' satisfies ClientError['name'])
}
