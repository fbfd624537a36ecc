import { type Field, type WireRequest, countField, optional, parseReply } from './wire.ts'

/** What an instance offers, for pages and programs alike. SPEC §7.12. */
export const readInstanceRoute = { method: 'GET', path: '/api/v1/instance' } as const

export interface Instance {
  readonly name: string
  readonly version: string
  /** Where its links point, when the operator said so. */
  readonly publicUrl: string | null
  readonly limits: { readonly inlineBytes: number; readonly sealedBytes: number; readonly partBytes: number }
  readonly lifetimesMs: readonly number[]
  readonly defaultLifetimeMs: number
  readonly attempts: { readonly min: number; readonly max: number; readonly default: number }
  readonly features: readonly string[]
  readonly abuseContact: string | null
}

export function encodeReadInstance(): WireRequest {
  return { method: readInstanceRoute.method, path: readInstanceRoute.path.slice(1) }
}

export function parseInstance(reply: unknown): Instance | null {
  const instance = parseReply<Instance>(reply, {
    name: textField,
    version: textField,
    publicUrl: optional(textField),
    limits: (value) =>
      parseReply<Instance['limits']>(value, { inlineBytes: countField(0), sealedBytes: countField(0), partBytes: countField(0) }) ??
      undefined,
    lifetimesMs: listField(countField(1)),
    defaultLifetimeMs: countField(1),
    attempts: (value) =>
      parseReply<Instance['attempts']>(value, { min: countField(1), max: countField(1), default: countField(1) }) ?? undefined,
    features: listField(textField),
    abuseContact: optional(textField),
  })
  return instance === null || instance.lifetimesMs.length === 0 ? null : instance
}

const textField: Field<string> = (value) => (typeof value === 'string' ? value : undefined)

function listField<T>(field: Field<T>): Field<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const list = value.map(field)
    return list.includes(undefined) ? undefined : (list as T[])
  }
}
