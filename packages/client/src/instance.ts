import { type Instance, encodeReadInstance, parseInstance } from '@letterlock/protocol'
import { type Server, refuse, send } from './connect.ts'

/** What this instance offers: lifetimes, limits, its name. @throws ClientError */
export async function readInstance(server: Server): Promise<Instance> {
  const reply = await send(server, encodeReadInstance())
  const instance = reply.problem === null ? parseInstance(reply.json) : null
  if (instance === null) throw refuse(reply)
  return instance
}
