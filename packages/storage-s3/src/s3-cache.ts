import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { DerivedCache } from '@sansfilm/core/adapters'
import { Bucket } from './bucket.ts'
import { listPages } from './list-pages.ts'
import type { S3StorageOptions } from './options.ts'

/** Options of `s3Cache`. */
export interface S3CacheOptions extends S3StorageOptions {
  /** Bytes of all entries that `trim` leaves; what was put longest ago goes first. */
  readonly maxBytes: number
  /** Bytes of the longest entry. Default: 384 KiB. */
  readonly maxEntryBytes?: number | undefined
}

/** A cache of derived bytes that is kept within bounds by who calls `trim`. */
export interface S3Cache extends DerivedCache {
  /** Removes what is beyond the bounds. To be called now and then, by one of the processes that share the bucket. */
  trim(): Promise<{ readonly removed: number }>
  close(): Promise<void>
}

/** Where entries lie. No key of an object begins with a dot: storages in this bucket neither list nor sweep them. */
const folder = '.derived/'

const entryName = /^[0-9a-z-]{8,128}$/

/** Less than a CT slice, which is transcoded faster than it is fetched; more than most thumbnails and documents. */
const defaultMaxEntryBytes = 384 * 1024

/** Who waits longer had better make it anew. */
const patienceMs = 1_500

/** Entries on their way up. Where more come, some are not kept. */
const maxPutting = 16

/**
 * A cache of small derived bytes that all processes of an archive share, in the bucket of its objects: what one has drawn,
 * none draws again, also after its disk is gone. An entry is never changed, so there is nothing to agree about.
 * @example const cache = cacheInTiers(filesystemCache({ directory, maxBytes }), s3Cache({ endpoint, bucket, maxBytes }))
 */
export function s3Cache({ maxBytes, maxEntryBytes = defaultMaxEntryBytes, ...options }: S3CacheOptions): S3Cache {
  const bucket = new Bucket({ ...options, idleTimeoutMs: patienceMs, maxAttempts: 1 })
  let putting = 0

  return {
    async get(key) {
      if (!entryName.test(key)) return undefined
      try {
        const answer = await bucket.gets.open(bucket.addressOf(folder + key).Key, {})
        return answer && (await readWhole(answer, maxEntryBytes))
      } catch {
        return undefined
      }
    },

    async put(key, bytes) {
      if (!entryName.test(key) || bytes.length > maxEntryBytes || putting >= maxPutting) return
      putting++
      const command = new PutObjectCommand({ ...bucket.addressOf(folder + key), ...bucket.encryption, Body: bytes })
      await bucket.client.send(command).catch(() => {})
      putting--
    },

    async trim() {
      const oldest = await oldestToStay(bucket, maxBytes)
      let removed = 0
      if (oldest === undefined) return { removed }
      for await (const page of listPages(bucket, { prefix: folder })) {
        for (const { key, modified } of page) {
          if (minuteOf(modified) >= oldest) continue
          await bucket.client.send(new DeleteObjectCommand(bucket.addressOf(key)))
          removed++
        }
      }
      return { removed }
    },

    async close() {
      bucket.close()
    },
  }
}

/** Bytes that break off, or are more than any entry has, are none. */
async function readWhole(
  answer: AsyncIterable<Buffer> & {
    readonly headers: { readonly 'content-length'?: string | undefined }
    destroy(): unknown
  },
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const length = Number(answer.headers['content-length'])
  if (!(length <= maxBytes)) {
    answer.destroy()
    return undefined
  }
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  for await (const chunk of answer) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return filled === length ? bytes : undefined
}

const minuteOf = (time: Date): number => Math.floor(time.getTime() / 60_000)

/** The first minute whose entries fit `maxBytes` together with those of later ones; `undefined` where all do. */
async function oldestToStay(bucket: Bucket, maxBytes: number): Promise<number | undefined> {
  const bytesByMinute = new Map<number, number>()
  for await (const page of listPages(bucket, { prefix: folder })) {
    for (const { length, modified } of page) {
      bytesByMinute.set(minuteOf(modified), (bytesByMinute.get(minuteOf(modified)) ?? 0) + length)
    }
  }
  let total = 0
  for (const [minute, bytes] of [...bytesByMinute].sort(([a], [b]) => b - a)) {
    total += bytes
    if (total > maxBytes) return minute + 1
  }
  return undefined
}
