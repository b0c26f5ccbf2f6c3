import type { ObjectKey, Partition, StoredInstance } from '../adapters/index.ts'
import { liesThere, objectsOf } from '../studies-service/stored-objects.ts'
import { checkObject, type ObjectProblem } from './check-object.ts'
import type { Archive, OperationOptions } from './operation.ts'

/** What is wrong with an object of an instance. */
export interface VerifyProblem extends ObjectProblem {
  readonly stored: StoredInstance
  /** Of the stored object; or of the inflated one, without which no more is lost than the time to make it again. */
  readonly key: ObjectKey
}

/** Options of `verify`. */
export interface VerifyOptions extends OperationOptions<VerifyReport> {
  /** Default: all. */
  readonly partition?: Partition | undefined
  /** Reads so much of them only, from 0 to 1: an instance is among it or not by its digest. Default: 1, all. */
  readonly share?: number | undefined
  /** Called for each object that is not as it was written. */
  readonly onProblem?: ((problem: VerifyProblem) => void) | undefined
}

/** What `verify` has read. `statistics` tells how much there is. */
export interface VerifyReport {
  readonly instances: number
  readonly bytes: number
  /** Objects, as the next two. */
  readonly missing: number
  readonly different: number
  readonly unreadable: number
}

/**
 * Reads the objects of every stored instance again, and compares them with the digests that were recorded when it came.
 * Changes nothing.
 * @example const { different, missing } = await verify({ storage, index })
 */
export async function verify({ storage, index }: Archive, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { partition, share = 1, onProblem, onProgress, signal } = options
  let report: VerifyReport = { instances: 0, bytes: 0, missing: 0, different: 0, unreadable: 0 }

  const count = (bytes: number) => {
    signal?.throwIfAborted()
    report = { ...report, bytes: report.bytes + bytes }
    onProgress?.(report)
  }

  for await (const stored of index.all(partition)) {
    signal?.throwIfAborted()
    if (!isAmong(stored, share)) continue
    for (const object of objectsOf(stored)) {
      const found = await checkObject(object, storage, count)
      const { key } = object.location
      // An instance that was deleted or moved while it was read is no problem.
      if (found === undefined || !(await liesThere(stored, index))) continue
      report = { ...report, [found.problem]: report[found.problem] + 1 }
      onProblem?.({ stored, key, ...found })
    }
    report = { ...report, instances: report.instances + 1 }
    onProgress?.(report)
  }
  return report
}

/** Digests are evenly spread. */
function isAmong({ digest }: StoredInstance, share: number): boolean {
  return Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32 < share
}
