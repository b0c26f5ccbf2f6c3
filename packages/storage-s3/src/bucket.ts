import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type Agents, createAgents } from './agents.ts'
import type { S3Encryption, S3StorageOptions } from './options.ts'
import { SignedGets } from './signed-gets.ts'

/** The place of an object in the store, as requests have it. */
export interface Address {
  readonly Bucket: string
  readonly Key: string
}

/** A bucket and how to talk to it. */
export class Bucket {
  readonly name: string
  /** Before every key. */
  readonly prefix: string
  /** For requests that are over when they are answered. */
  readonly client: S3Client
  /** For bodies that a slow reader may hold for hours: its connections are none that other requests wait for. */
  readonly streams: S3Client
  /** For the same bodies, where all goes well. */
  readonly gets: SignedGets
  /** Headers that ask for encryption, on what writes. */
  readonly encryption: EncryptionHeaders
  readonly maxAttempts: number

  constructor(options: S3StorageOptions) {
    const config = clientConfig(options)
    this.name = options.bucket
    this.prefix = options.prefix ?? ''
    const { idleTimeoutMs = 30_000, maxConnections = 256 } = options
    this.client = new S3Client({
      ...config,
      requestHandler: handlerOptions(createAgents(maxConnections), idleTimeoutMs),
    })
    // The same credentials, so that a role is assumed once.
    const { credentials } = this.client.config
    const agents = createAgents(maxConnections)
    this.streams = new S3Client({ ...config, credentials, requestHandler: handlerOptions(agents, idleTimeoutMs) })
    this.gets = new SignedGets(this.streams, agents, { ...options, idleTimeoutMs })
    signDigests(this.client)
    this.encryption = encryptionHeaders(options.encryption)
    this.maxAttempts = config.maxAttempts
  }

  addressOf(key: string): Address {
    return { Bucket: this.name, Key: this.prefix + key }
  }

  close(): void {
    this.client.destroy()
    this.streams.destroy()
  }
}

type EncryptionHeaders = { readonly ServerSideEncryption?: S3Encryption['algorithm']; readonly SSEKMSKeyId?: string }

function encryptionHeaders(encryption: S3Encryption | undefined): EncryptionHeaders {
  if (encryption === undefined) return {}
  const keyId = encryption.algorithm === 'aws:kms' ? encryption.keyId : undefined
  return { ServerSideEncryption: encryption.algorithm, ...(keyId !== undefined && { SSEKMSKeyId: keyId }) }
}

function clientConfig({ credentials, maxAttempts = 5, ...options }: S3StorageOptions) {
  return {
    endpoint: options.endpoint,
    region: options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(credentials !== undefined && { credentials: withoutAbsent(credentials) }),
    forcePathStyle: options.virtualHosts !== true,
    maxAttempts,
    retryMode: 'standard', // exponential back-off with jitter
    // A connection is too good to be used once, as it would be for each large body.
    expectContinueHeader: false,
    // Puts carry a SHA-256 of their own; stores that are not Amazon's know no other checksums, or none.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } satisfies S3ClientConfig
}

function withoutAbsent({ accessKeyId, secretAccessKey, sessionToken }: NonNullable<S3StorageOptions['credentials']>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

/**
 * Signs the SHA-256 that came with the bytes instead of hashing them again. Every store that checks signatures checks by
 * it what has arrived, those too that do not know `x-amz-checksum-sha256`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function signDigests(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { body, headers } = args.request as { body?: unknown; headers: Record<string, string> } // of HTTP, once built
      const digest = ArrayBuffer.isView(body) ? headers['x-amz-checksum-sha256'] : undefined
      if (digest !== undefined) headers['x-amz-content-sha256'] = Buffer.from(digest, 'base64').toString('hex')
      return next(args)
    },
    { step: 'build', name: 'signDigests' },
  )
}

function handlerOptions(agents: Agents, idleTimeoutMs: number) {
  return {
    httpAgent: agents.http,
    httpsAgent: agents.https,
    // The wait for a free connection counts too.
    connectionTimeout: Math.min(5_000, idleTimeoutMs),
    socketTimeout: idleTimeoutMs,
    // It would warn on the console of requests that wait for a connection, which is what they are meant to do.
    logger: silent,
  }
}

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
