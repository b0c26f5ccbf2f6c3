import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { S3Client } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Agents } from './agents.ts'
import type { S3StorageOptions } from './options.ts'

/** A store that has not begun to answer by then is left to the client. */
const patienceMs = 5_000

/**
 * GET requests for the bytes of objects, which viewers cause by the thousand: signed as the client signs, and sent without
 * what else it does, which costs as much CPU again as the request (64 KiB: 0.75 ms with it, 0.35 ms without). Answers that
 * have the bytes are all it understands.
 */
export class SignedGets {
  readonly #signer: SignatureV4
  readonly #config: S3Client['config']
  readonly #agents: Agents
  readonly #base: URL
  readonly #idleTimeoutMs: number

  constructor({ config }: S3Client, agents: Agents, options: S3StorageOptions & { readonly idleTimeoutMs: number }) {
    const { credentials, region, sha256 } = config
    this.#signer = new SignatureV4({ credentials, region, sha256, service: 's3', uriEscapePath: false })
    this.#config = config
    this.#agents = agents
    this.#base = baseOf(options)
    this.#idleTimeoutMs = options.idleTimeoutMs
  }

  /** The answer, once its headers are there; `undefined` where it has not the bytes, for the client to find out why. */
  async open(key: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage | undefined> {
    try {
      const { hostname, port, host, protocol, pathname } = this.#base
      const path = pathname + key.split('/').map(escapeSegment).join('/')
      const signed = await this.#signer.sign(
        { method: 'GET', protocol, hostname, path, query: {}, headers: { host, ...headers } },
        { signingDate: new Date(Date.now() + this.#config.systemClockOffset) },
      )
      const answer = await this.#send({ hostname, port, path, headers: signed.headers })
      const isWanted = answer.statusCode === ('range' in headers ? 206 : 200)
      if (isWanted && answer.headers['content-length'] !== undefined) return answer
      answer.resume() // so that the connection can be used again
      return undefined
    } catch {
      return undefined
    }
  }

  #send(options: {
    hostname: string
    port: string
    path: string
    headers: OutgoingHttpHeaders
  }): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const request =
      this.#base.protocol === 'https:'
        ? requestHttps({ ...options, agent: this.#agents.https })
        : requestHttp({ ...options, agent: this.#agents.http })
    const giveUp = () => {
      const error = new Error('Nothing moves on the connection')
      request.destroy(error)
      reject(error) // where the request still waits for a connection, it says nothing itself
    }
    // Not the time limit of the connection: there may be none that is free.
    const timer = setTimeout(giveUp, Math.min(patienceMs, this.#idleTimeoutMs))
    request.on('response', (answer) => {
      request.setTimeout(this.#idleTimeoutMs, giveUp)
      resolve(answer)
    })
    request.on('error', reject).end()
    return promise.finally(() => clearTimeout(timer))
  }
}

/** The URL of the bucket, with a slash at its end. */
function baseOf({ endpoint, bucket, virtualHosts }: S3StorageOptions): URL {
  const url = new URL(endpoint)
  const folder = url.pathname.replace(/\/$/, '')
  if (virtualHosts === true) url.hostname = `${bucket}.${url.hostname}`
  url.pathname = virtualHosts === true ? `${folder}/` : `${folder}/${bucket}/`
  return url
}

/** As signatures want it: `encodeURIComponent` leaves these out. */
function escapeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
