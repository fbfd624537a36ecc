/**
 * Every refusal there is, and its HTTP status. One table for the server, the client, the
 * pages and the documents. SPEC §7.3.
 */
export const PROBLEMS = {
  malformed: 400,
  unauthorized: 401,
  pin_wrong: 403,
  not_found: 404,
  method_not_allowed: 405,
  id_taken: 409,
  parts_missing: 409,
  committed: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  range: 416,
  lifetime_refused: 422,
  rate_limited: 429,
  storage_full: 507,
  internal: 500,
  unavailable: 503,
} as const

export type ProblemCode = keyof typeof PROBLEMS

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code)
}
