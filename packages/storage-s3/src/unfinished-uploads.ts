import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { AdapterError, type ObjectKey } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { attempt, unless } from './failures.ts'
import { listPages } from './list-pages.ts'

/** Where marks lie: no key begins with a dot. */
const folder = '.uploads/'

/** An upload is never silent for longer, as its mark shows. */
const signOfLifeMs = 15_000

/** A multipart upload that is under way. */
export interface MultipartUpload {
  readonly key: ObjectKey
  readonly uploadId: string
  readonly startedAt: number
}

/**
 * The multipart uploads that are under way. Each has a mark, an object that tells its id, for as long as it lasts, so that
 * any process finds what a killed one has left: MinIO lists the uploads of one exact key alone, others list none. A mark is
 * written anew while its upload lasts; its time is the last sign of life.
 */
export class UnfinishedUploads {
  readonly #bucket: Bucket
  readonly #own = new Map<ObjectKey, MultipartUpload>()
  #timer: NodeJS.Timeout | undefined

  constructor(bucket: Bucket) {
    this.#bucket = bucket
  }

  /** No bytes go up before the mark is there. */
  async begin(key: ObjectKey): Promise<MultipartUpload> {
    const { client, encryption } = this.#bucket
    const { UploadId: uploadId } = await attempt(
      'begin an upload',
      client.send(
        new CreateMultipartUploadCommand({
          ...this.#bucket.addressOf(key),
          ...encryption,
          ChecksumAlgorithm: 'SHA256',
        }),
      ),
    )
    if (uploadId === undefined) throw new AdapterError('unavailable', 'The store began an upload without an id')
    const upload = { key, uploadId, startedAt: performance.now() }
    this.#own.set(key, upload)
    this.#timer ??= setInterval(() => void this.#showLife(), signOfLifeMs).unref()
    try {
      await this.#mark(upload)
    } catch (error) {
      await this.abort(upload)
      throw error
    }
    return upload
  }

  /**
   * Runs what makes the upload an object. Amazon dates an object by the beginning of its upload: where that is long ago the
   * mark stays, to say that the object is younger, until a sweep finds the mark old enough.
   */
  async complete<T>(upload: MultipartUpload, run: () => Promise<T>): Promise<T> {
    const isSlow = performance.now() - upload.startedAt > signOfLifeMs
    if (isSlow) await this.#mark(upload)
    const completed = await run()
    this.#forget(upload)
    // The object is there whatever becomes of the mark; a sweep removes it otherwise.
    if (!isSlow) await this.#unmark(upload.key).catch(() => {})
    return completed
  }

  /** What cannot be aborted now is left to `sweep`. */
  async abort(upload: MultipartUpload): Promise<void> {
    try {
      await this.#abort(upload)
      await this.#unmark(upload.key)
    } catch {
      // The store does not answer. The mark is there, unless it does not even know of that.
    } finally {
      this.#forget(upload)
    }
  }

  /** Aborts uploads of others whose last sign of life is older than `before`. */
  async sweep(before: Date): Promise<{ readonly removed: number }> {
    let removed = 0
    for await (const page of listPages(this.#bucket, { prefix: folder })) {
      for (const { key: mark, modified } of page) {
        const key = mark.slice(folder.length)
        if (this.#own.has(key) || modified >= before) continue
        const uploadId = await this.#readMark(key)
        if (uploadId === undefined) continue // another sweep was faster
        if (await this.#abort({ key, uploadId })) removed++
        await this.#unmark(key)
      }
    }
    return { removed }
  }

  /** When uploads to keys from `first` to `last` have last shown life, where they are marked. */
  async lifeSigns(first: ObjectKey, last: ObjectKey): Promise<ReadonlyMap<ObjectKey, Date>> {
    const signs = new Map<ObjectKey, Date>()
    const before = first.slice(0, -1) // sorts before it, and so before its mark
    for await (const page of listPages(this.#bucket, { prefix: folder, after: folder + before })) {
      for (const { key, modified } of page) {
        if (key > folder + last) return signs
        signs.set(key.slice(folder.length), modified)
      }
    }
    return signs
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #showLife(): Promise<void> {
    for (const upload of this.#own.values()) {
      const isOld = performance.now() - upload.startedAt > signOfLifeMs
      // A store that does not answer now is asked again.
      if (isOld) await this.#mark(upload).catch(() => {})
    }
  }

  #forget({ key }: MultipartUpload): void {
    this.#own.delete(key)
    if (this.#own.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #mark({ key, uploadId }: MultipartUpload): Promise<void> {
    const { client, encryption } = this.#bucket
    const input = { ...this.#bucket.addressOf(folder + key), ...encryption, Body: Buffer.from(uploadId) }
    await attempt('mark an upload', client.send(new PutObjectCommand(input)))
  }

  async #readMark(key: ObjectKey): Promise<string | undefined> {
    const input = this.#bucket.addressOf(folder + key)
    const answer = await unless(
      'NoSuchKey',
      'look at an unfinished upload',
      this.#bucket.client.send(new GetObjectCommand(input)),
    )
    const body = answer?.Body?.transformToString()
    return body === undefined ? undefined : await attempt('look at an unfinished upload', body)
  }

  async #unmark(key: ObjectKey): Promise<void> {
    const command = new DeleteObjectCommand(this.#bucket.addressOf(folder + key))
    await attempt('remove the mark of an upload', this.#bucket.client.send(command))
  }

  /** @returns whether there was one */
  async #abort({ key, uploadId }: Pick<MultipartUpload, 'key' | 'uploadId'>): Promise<boolean> {
    const command = new AbortMultipartUploadCommand({ ...this.#bucket.addressOf(key), UploadId: uploadId })
    return (await unless('NoSuchUpload', 'abort an upload', this.#bucket.client.send(command))) !== undefined
  }
}
