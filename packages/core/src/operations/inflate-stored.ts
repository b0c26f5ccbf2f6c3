import { Part10Error, type Part10Limits } from '@sansfilm/dicom'
import { AdapterError, type StoredInstance } from '../adapters/index.ts'
import { defaultLimits } from '../options.ts'
import { inflateInstance } from '../studies-service/store/inflate-instance.ts'
import type { Archive, OperationOptions } from './operation.ts'

/** Options of `inflateStored`. */
export interface InflateStoredOptions extends OperationOptions<InflateStoredReport> {
  /** As the service has them. */
  readonly limits?: Part10Limits | undefined
  /** Called for each instance that stays without an inflated object. The message carries no attribute values. */
  readonly onProblem?: ((problem: { readonly stored: StoredInstance; readonly cause: Error }) => void) | undefined
}

/** What `inflateStored` did. */
export interface InflateStoredReport {
  /** Instances that have an inflated object now. */
  readonly inflated: number
  /** Instances that have none: their bytes cannot be read, or inflate to more than the limit. They are read as before. */
  readonly failed: number
}

/**
 * Makes the inflated objects of deflated instances that were stored before there were such objects; where there are none of
 * those, does nothing. Reads and stores go on meanwhile. Not to be run while `sweep` is without a grace.
 * @example await inflateStored({ storage, index })
 */
export async function inflateStored(
  { storage, index }: Archive,
  { limits = defaultLimits, onProblem, onProgress, signal }: InflateStoredOptions = {},
): Promise<InflateStoredReport> {
  let report: InflateStoredReport = { inflated: 0, failed: 0 }
  for await (const stored of index.notInflated()) {
    signal?.throwIfAborted()
    try {
      const made = await inflateInstance(stored.location, storage, limits, signal)
      const isKept = await index.setInflated(stored, made)
      if (isKept) report = { ...report, inflated: report.inflated + 1 }
      else await storage.delete(made.inflated.key) // deleted or replaced meanwhile
    } catch (error) {
      if (!isInstancesFault(error)) throw error
      report = { ...report, failed: report.failed + 1 }
      onProblem?.({ stored, cause: error })
    }
    onProgress?.(report)
  }
  return report
}

function isInstancesFault(error: unknown): error is Error {
  return error instanceof Part10Error || (error instanceof AdapterError && error.code === 'not-found')
}
