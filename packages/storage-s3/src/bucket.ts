import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { S3Encryption, S3StorageOptions } from './options.ts'

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
  /** Headers that ask for encryption, on what writes. */
  readonly encryption: EncryptionHeaders
  readonly maxAttempts: number

  constructor(options: S3StorageOptions) {
    const config = clientConfig(options)
    this.name = options.bucket
    this.prefix = options.prefix ?? ''
    this.client = new S3Client({ ...config, requestHandler: handlerOptions(options) })
    // The same credentials, so that a role is assumed once.
    const { credentials } = this.client.config
    this.streams = new S3Client({ ...config, credentials, requestHandler: handlerOptions(options) })
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

function handlerOptions({ idleTimeoutMs = 30_000, maxConnections = 256 }: S3StorageOptions) {
  const agent = { keepAlive: true, maxSockets: maxConnections }
  return {
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
    connectionTimeout: 5_000,
    socketTimeout: idleTimeoutMs,
    // It would warn on the console of requests that wait for a connection, which is what they are meant to do.
    logger: silent,
  }
}

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
