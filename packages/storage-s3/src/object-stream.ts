import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { AdapterError, type ByteRange, type ObjectKey } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { adapterError, attemptToFind, isAnswer } from './failures.ts'

/** A part of an object whose bytes have begun to come. */
interface Answer {
  readonly body: Readable
  readonly length: number
  /** Of the object. The rest of it is asked for by it. */
  readonly entityTag: string | undefined
}

/**
 * Bytes of an object, pulled from the store as they are pulled from here, once. A connection that breaks is replaced by
 * one that goes on from the byte that was reached, as is one that the store has closed because its reader was slow.
 */
export class ObjectStream implements AsyncIterableIterator<Uint8Array> {
  /** Bytes that will come. */
  readonly length: number
  readonly #answer: Answer
  readonly #chunks: AsyncGenerator<Uint8Array>

  private constructor(bucket: Bucket, key: ObjectKey, offset: number, answer: Answer) {
    this.length = answer.length
    this.#answer = answer
    this.#chunks = readChunks(bucket, key, offset, answer)
  }

  /** @throws AdapterError `not-found` */
  static async open(bucket: Bucket, key: ObjectKey, range?: ByteRange): Promise<ObjectStream> {
    const answer = await ask(bucket, key, range)
    return new ObjectStream(bucket, key, range?.offset ?? 0, answer)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return this.#chunks.next()
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    // A generator that never ran does not run its `finally`. To destroy what has ended does nothing.
    this.#answer.body.destroy()
    return this.#chunks.return(undefined)
  }
}

async function* readChunks(bucket: Bucket, key: ObjectKey, offset: number, first: Answer): AsyncGenerator<Uint8Array> {
  const end = offset + first.length
  let position = offset
  let answer = first
  for (let failures = 0; position < end; ) {
    try {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        failures = 0
        position += chunk.length
        yield chunk
      }
      if (position < end) throw new AdapterError('unavailable', 'The object ended early')
    } catch (error) {
      if (++failures >= bucket.maxAttempts) throw adapterError('read the object', error)
      await pause(Math.random() * 100 * 2 ** failures)
      answer = await askForRest(bucket, key, { offset: position, length: end - position }, answer.entityTag)
    }
  }
}

async function askForRest(
  bucket: Bucket,
  key: ObjectKey,
  rest: ByteRange,
  entityTag: string | undefined,
): Promise<Answer> {
  try {
    return await ask(bucket, key, rest, entityTag)
  } catch (error) {
    if (!(error instanceof AdapterError && error.code === 'not-found')) throw error
    throw new AdapterError('unavailable', 'The object was removed while it was read', { cause: error })
  }
}

async function ask(bucket: Bucket, key: ObjectKey, range?: ByteRange, entityTag?: string): Promise<Answer> {
  // There is no range of no bytes (RFC 9110 §14.1.2): one is asked for, to learn whether there is an object.
  const wanted = range?.length === 0 ? { offset: 0, length: 1 } : range
  const found = await send(bucket, key, {
    ...(wanted !== undefined && { Range: rangeHeader(wanted) }),
    ...(entityTag !== undefined && { IfMatch: entityTag }),
  })
  if (found === undefined) return none()
  // Who reads hears of it from the iterator; before and after that nobody does.
  found.body.on('error', () => {})
  if (range?.length !== 0) return found
  found.body.resume()
  return none()
}

interface Conditions {
  readonly Range?: string
  readonly IfMatch?: string
}

/** @returns `undefined` for a range past the end */
async function send(bucket: Bucket, key: ObjectKey, { Range, IfMatch }: Conditions): Promise<Answer | undefined> {
  const answer = await bucket.gets.open(bucket.prefix + key, {
    ...(Range !== undefined && { range: Range }),
    ...(IfMatch !== undefined && { 'if-match': IfMatch }),
  })
  if (answer !== undefined) {
    const { 'content-length': length, etag } = answer.headers
    return { body: answer, length: Number(length), entityTag: etag }
  }
  // The client tries again what passes, and tells the rest apart.
  const command = new GetObjectCommand({ ...bucket.addressOf(key), Range, IfMatch })
  const found = await attemptToFind('read the object', bucket.streams.send(command).catch(noneInRange))
  if (found === undefined) return undefined
  const { Body, ContentLength: length, ETag, $metadata } = found
  const body = Body as Readable // what Node's HTTP gives
  if (length !== undefined && $metadata.httpStatusCode === (Range === undefined ? 200 : 206)) {
    return { body, length, entityTag: ETag }
  }
  body.destroy()
  throw new AdapterError('unavailable', 'The store does not answer with the range of bytes that was asked for')
}

/** A range past the end, of an object that is there. */
function noneInRange(error: unknown): undefined {
  if (!isAnswer(error, 'InvalidRange')) throw error
}

const none = (): Answer => ({ body: Readable.from([]), length: 0, entityTag: undefined })

function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${Math.min(offset + length, Number.MAX_SAFE_INTEGER) - 1}`
}
