import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** Connections that are kept. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/** @param maxSockets to one store; further requests wait for one of them */
export function createAgents(maxSockets: number): Agents {
  const options = { keepAlive: true, maxSockets }
  return { http: new HttpAgent(options), https: new HttpsAgent(options) }
}
