import { createHash } from 'node:crypto'
import { AdapterError, type InstanceStorage } from '../adapters/index.ts'
import type { ObjectOfInstance } from '../studies-service/stored-objects.ts'

/** What is wrong with an object, or with the part of one that is an instance. */
export interface ObjectProblem {
  /** No object; fewer bytes than were stored, or others; bytes that the storage could not read. */
  readonly problem: 'missing' | 'different' | 'unreadable'
  /** What the storage said, where it said something. */
  readonly cause?: AdapterError
}

/**
 * Reads an object again and compares it with its digest; `undefined` where nothing is wrong.
 * @param read is told of bytes as they come, and may keep the next ones waiting, or throw to end it
 */
export async function checkObject(
  { location, digest }: ObjectOfInstance,
  storage: InstanceStorage,
  read: (bytes: number) => Promise<void> | void,
): Promise<ObjectProblem | undefined> {
  const { key, offset, length } = location
  const hash = createHash('sha256')
  let seen = 0
  try {
    for await (const chunk of await storage.get(key, { offset, length })) {
      hash.update(chunk)
      seen += chunk.length
      await read(chunk.length)
      storage.reuse?.(chunk)
    }
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    return { problem: error.code === 'not-found' ? 'missing' : 'unreadable', cause: error }
  }
  return seen === length && hash.digest('hex') === digest ? undefined : { problem: 'different' }
}
