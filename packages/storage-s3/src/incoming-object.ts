import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { ObjectKey } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { ByteBudget } from './byte-budget.ts'
import { adapterError, attempt, isAnswer } from './failures.ts'
import { Part } from './part.ts'
import { PartBuffers } from './part-buffers.ts'
import { putPart, releaseSent } from './put-part.ts'
import type { MultipartUpload, UnfinishedUploads } from './unfinished-uploads.ts'

const MiB = 1024 * 1024

/** What is shorter goes up in one request. Stores take no parts below 5 MiB but the last. */
const partLength = 8 * MiB

/** No object has more than 10,000 parts: after so many they become twice as long, which makes 8 TiB. */
const partsOfOneLength = 1000

/** Parts of one put on their way at the same time. */
const maxSending = 4

/** What all puts of a storage share. */
export class PutContext {
  readonly bucket: Bucket
  readonly unfinished: UnfinishedUploads
  readonly buffers = new PartBuffers()
  /** For parts beyond the one that each put needs: `n` puts hold at most `n` parts and this. */
  readonly budget = new ByteBudget(128 * MiB)

  constructor(bucket: Bucket, unfinished: UnfinishedUploads) {
    this.bucket = bucket
    this.unfinished = unfinished
  }
}

/**
 * An object on its way up. What fits one part goes up whole at the end, anything longer in parts while it comes in; the
 * store shows neither before it has all. Bytes are hashed as they come, and the store refuses what has another hash.
 */
export class IncomingObject {
  readonly #key: ObjectKey
  readonly #context: PutContext
  #part: Part | undefined
  #upload: MultipartUpload | undefined
  #length = 0
  #partNumber = 0
  readonly #parts: CompletedPart[] = []
  readonly #sending = new Set<Promise<void>>()
  #failure: unknown
  /** Whether the store may have the object, though it has not said so. */
  #mayBeThere = false

  constructor(key: ObjectKey, context: PutContext) {
    this.#key = key
    this.#context = context
  }

  /** Takes the bytes over. Returns a promise only where it must wait for the store. */
  append(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined
    if (this.#part?.isFull) return this.#appendNext(chunk)
    const taken = this.#fill(chunk)
    return taken === chunk.length ? undefined : this.#appendNext(chunk.subarray(taken))
  }

  /** @returns the length, when the store has every byte */
  async finish(): Promise<number> {
    if (this.#upload === undefined) {
      await this.#putWhole()
    } else {
      await this.#sendPart(this.#upload)
      await Promise.all(this.#sending)
      this.#throwFailure()
      await this.#complete(this.#upload)
    }
    return this.#length
  }

  /** Takes back what went up, whatever has become of it. What cannot be removed now is left to sweeps. */
  async discard(): Promise<void> {
    // An upload that is aborted while parts arrive may keep them.
    await Promise.all(this.#sending)
    this.#part?.release()
    this.#part = undefined
    const { bucket, unfinished } = this.#context
    if (this.#upload !== undefined) await unfinished.abort(this.#upload)
    if (this.#mayBeThere) await bucket.client.send(new DeleteObjectCommand(this.#address)).catch(() => {})
  }

  get #address() {
    return this.#context.bucket.addressOf(this.#key)
  }

  #fill(chunk: Uint8Array): number {
    const { buffers } = this.#context
    this.#part ??= new Part(buffers, partLength * 2 ** Math.floor(this.#partNumber / partsOfOneLength))
    const taken = this.#part.append(chunk)
    this.#length += taken
    return taken
  }

  /** For more than fits the part that is being filled: sends it, and fills the next. */
  async #appendNext(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#part?.isFull) {
        this.#upload ??= await this.#context.unfinished.begin(this.#key)
        await this.#sendPart(this.#upload)
        this.#throwFailure()
      }
      rest = rest.subarray(this.#fill(rest))
    }
  }

  async #putWhole(): Promise<void> {
    const part = this.#part ?? new Part(this.#context.buffers, 0)
    this.#part = undefined
    const { bucket } = this.#context
    this.#mayBeThere = true
    await putPart(bucket, this.#key, part)
  }

  /** Starts to send the part that was filled; waits while as many are on their way as there is memory for. */
  async #sendPart(upload: MultipartUpload): Promise<void> {
    const part = this.#part
    if (part === undefined) return
    this.#part = undefined
    const { budget } = this.#context
    const sending = this.#send(upload, part, ++this.#partNumber).catch((error: unknown) => {
      this.#failure ??= error
    })
    this.#sending.add(sending)
    // The next one is filled meanwhile where there is memory for it, or else when this one has arrived.
    const reserved = this.#sending.size < maxSending && budget.tryReserve(part.capacity)
    void sending.then(() => {
      this.#sending.delete(sending)
      if (reserved) budget.release(part.capacity)
    })
    if (!reserved) await sending
  }

  async #send(upload: MultipartUpload, part: Part, partNumber: number): Promise<void> {
    const digest = part.digest().toString('base64')
    const command = new UploadPartCommand({
      ...this.#address,
      UploadId: upload.uploadId,
      PartNumber: partNumber,
      Body: part.bytes,
      ChecksumSHA256: digest,
    })
    const { ETag, $metadata } = await attempt('store a part', this.#context.bucket.client.send(command))
    releaseSent(part, $metadata.attempts)
    this.#parts.push({ PartNumber: partNumber, ETag, ChecksumSHA256: digest })
  }

  async #complete(upload: MultipartUpload): Promise<void> {
    const { bucket, unfinished } = this.#context
    const command = new CompleteMultipartUploadCommand({
      ...this.#address,
      UploadId: upload.uploadId,
      MultipartUpload: { Parts: this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0)) },
    })
    this.#mayBeThere = true
    await unfinished.complete(upload, async () => {
      try {
        await bucket.client.send(command)
      } catch (error) {
        // Tried again after an answer that was lost: the upload is no more because it has become the object.
        const done = isAnswer(error, 'NoSuchUpload') && (await this.#isThere())
        if (!done) throw adapterError('complete the object', error)
      }
    })
  }

  async #isThere(): Promise<boolean> {
    const request = this.#context.bucket.client.send(new HeadObjectCommand(this.#address))
    const found = await request.catch(() => undefined)
    return found?.ContentLength === this.#length
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
