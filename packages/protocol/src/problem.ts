/**
 * Every refusal there is: its code, its HTTP status and its title in English. One table for
 * the server, the client, the pages and the documents. SPEC §7.3.
 */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The request is not well formed' },
  unauthorized: { status: 401, title: 'A capability is missing or is not one' },
  pin_wrong: { status: 403, title: 'The proof is not right' },
  not_found: { status: 404, title: 'There is nothing here for this caller' },
  method_not_allowed: { status: 405, title: 'This method is not for this address' },
  id_taken: { status: 409, title: 'Another secret has this id' },
  parts_missing: { status: 409, title: 'Parts of the upload are missing' },
  committed: { status: 409, title: 'The upload is already complete' },
  gone: { status: 410, title: 'The secret is gone' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported: { status: 415, title: 'This content type is not understood' },
  range: { status: 416, title: 'This range lies outside' },
  lifetime_refused: { status: 422, title: 'This lifetime is not offered here' },
  rate_limited: { status: 429, title: 'Too many requests' },
  storage_full: { status: 507, title: 'The storage is full' },
  internal: { status: 500, title: 'The server made a mistake' },
  unavailable: { status: 503, title: 'The server cannot answer now' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code)
}
