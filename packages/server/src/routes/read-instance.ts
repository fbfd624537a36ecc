import { ATTEMPTS, readInstanceRoute } from '@letterlock/protocol'
import { type Answer, json } from '../guard/answer.ts'
import type { Call, Deps, Route } from './route.ts'

export const readInstance: Route = { ...readInstanceRoute, needsBearer: false, hasBody: false, answer }

function answer(_call: Call, { settings, version }: Deps): Answer {
  return json(200, {
    name: settings.name,
    version,
    ...(settings.publicUrl === null ? {} : { publicUrl: settings.publicUrl }),
    limits: { inlineBytes: settings.inlineBytes, sealedBytes: settings.inlineBytes, partBytes: 0 },
    lifetimesMs: settings.lifetimesMs,
    defaultLifetimeMs: settings.defaultLifetimeMs,
    attempts: ATTEMPTS,
    features: ['pin', 'events'],
    ...(settings.abuseContact === null ? {} : { abuseContact: settings.abuseContact }),
  })
}
