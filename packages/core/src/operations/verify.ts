import { createHash } from 'node:crypto'
import { AdapterError, type Partition, type StoredInstance } from '../adapters/index.ts'
import type { Archive, OperationOptions } from './operation.ts'

/** What is wrong with the bytes of an instance. */
export interface VerifyProblem {
  readonly stored: StoredInstance
  /** No object; fewer bytes than were stored, or others; bytes that the storage could not read. */
  readonly problem: 'missing' | 'different' | 'unreadable'
  /** What the storage said, where it said something. */
  readonly cause?: AdapterError
}

/** Options of `verify`. */
export interface VerifyOptions extends OperationOptions<VerifyReport> {
  /** Default: all. */
  readonly partition?: Partition | undefined
  /** Called for each instance that is not as it was stored. */
  readonly onProblem?: ((problem: VerifyProblem) => void) | undefined
}

/** What `verify` has read. `statistics` tells how much there is. */
export interface VerifyReport {
  readonly instances: number
  readonly bytes: number
  readonly missing: number
  readonly different: number
  readonly unreadable: number
}

/**
 * Reads every stored instance again, and compares it with the digest that was recorded when it came. Changes nothing.
 * @example const { different, missing } = await verify({ storage, index })
 */
export async function verify({ storage, index }: Archive, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { partition, onProblem, onProgress, signal } = options
  let report: VerifyReport = { instances: 0, bytes: 0, missing: 0, different: 0, unreadable: 0 }

  const problemOf = async (stored: StoredInstance): Promise<Omit<VerifyProblem, 'stored'> | undefined> => {
    const { key, offset, length } = stored.location
    const hash = createHash('sha256')
    let read = 0
    try {
      for await (const chunk of await storage.get(key, { offset, length })) {
        signal?.throwIfAborted()
        hash.update(chunk)
        read += chunk.length
        report = { ...report, bytes: report.bytes + chunk.length }
        onProgress?.(report)
      }
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      return { problem: error.code === 'not-found' ? 'missing' : 'unreadable', cause: error }
    }
    return read === length && hash.digest('hex') === stored.digest ? undefined : { problem: 'different' }
  }

  for await (const stored of index.all(partition)) {
    signal?.throwIfAborted()
    const found = await problemOf(stored)
    // An instance that was deleted while it was read is no problem.
    if (found !== undefined && (await index.references([stored.location.key])).has(stored.location.key)) {
      report = { ...report, [found.problem]: report[found.problem] + 1 }
      onProblem?.({ stored, ...found })
    }
    report = { ...report, instances: report.instances + 1 }
    onProgress?.(report)
  }
  return report
}
