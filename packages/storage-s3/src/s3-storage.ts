import { randomUUID } from 'node:crypto'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  AdapterError,
  assertObjectKey,
  type ByteRange,
  type InstanceStorage,
  type ObjectKey,
} from '@sansfilm/core/adapters'
import { Bucket } from './bucket.ts'
import { ByteBudget } from './byte-budget.ts'
import { attempt } from './failures.ts'
import { GatheringPack } from './gathering-pack.ts'
import { IncomingObject, PutContext } from './incoming-object.ts'
import { listObjects } from './list-objects.ts'
import { ObjectStream } from './object-stream.ts'
import type { S3StorageOptions } from './options.ts'
import { ownerMark } from './owner-mark.ts'
import { UnfinishedUploads } from './unfinished-uploads.ts'

/**
 * Keeps each object in a bucket of S3-compatible object storage, under its key. Any number of processes may share the
 * bucket. Needs an order of keys and reads that see what was written, as all stores but Amazon's directory buckets have.
 * @example const storage = s3Storage({ endpoint: 'http://127.0.0.1:9000', bucket: 'images' })
 */
export function s3Storage(options: S3StorageOptions): InstanceStorage {
  const bucket = new Bucket(options)
  const unfinished = new UnfinishedUploads(bucket)
  const puts = new PutContext(bucket, unfinished)

  const packs = { bucket, buffers: puts.buffers, budget: new ByteBudget(256 * 1024 * 1024) }

  return {
    readsInRuns: true,

    async put(key, bytes) {
      assertObjectKey(key)
      const object = new IncomingObject(key, puts)
      try {
        for await (const chunk of bytes) {
          const waiting = object.append(chunk)
          if (waiting !== undefined) await waiting
        }
        return { length: await object.finish() }
      } catch (error) {
        await object.discard()
        throw error
      }
    },

    openPack: (_group, newKey) => new GatheringPack(packs, newKey),

    async get(key, range) {
      assertObjectKey(key)
      if (range !== undefined) assertRange(range)
      return ObjectStream.open(bucket, key, range)
    },

    async read(key, range) {
      assertObjectKey(key)
      assertRange(range)
      return readFully(await ObjectStream.open(bucket, key, range))
    },

    async delete(key) {
      assertObjectKey(key)
      await remove(bucket, key)
    },

    list: (prefix = '') => listObjects(bucket, unfinished, prefix),

    sweepUnfinished: (before) => unfinished.sweep(before),

    owner: ownerMark(bucket),

    check: () => probe(bucket),

    async close() {
      unfinished.close()
      puts.buffers.clear()
      bucket.close()
    },
  }
}

async function readFully(stream: ObjectStream): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(stream.length)
  let filled = 0
  for await (const chunk of stream) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return bytes
}

/** Writes an object and reads it back: a bucket that is gone, full or read-only shows here. */
async function probe(bucket: Bucket): Promise<void> {
  const key = `.probes/${randomUUID()}` // where no key leads
  const bytes = Buffer.alloc(4096, 'sansfilm')
  try {
    const command = new PutObjectCommand({ ...bucket.addressOf(key), ...bucket.encryption, Body: bytes })
    await attempt('write a probe', bucket.client.send(command))
    const back = await readFully(await ObjectStream.open(bucket, key))
    if (!bytes.equals(back)) throw new AdapterError('unavailable', 'A probe does not read as it was written')
  } finally {
    await remove(bucket, key).catch(() => {})
  }
}

async function remove(bucket: Bucket, key: ObjectKey): Promise<void> {
  await attempt('delete the object', bucket.client.send(new DeleteObjectCommand(bucket.addressOf(key))))
}

function assertRange({ offset, length }: ByteRange): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return
  throw new RangeError(`Not a range of bytes: ${length} from ${offset}`)
}
