import type { Backend } from '../backend.ts'

/** What an operation works on: an archive without the service in front of it. */
export type Archive = Pick<Backend, 'storage' | 'index'>

/** How one watches and ends an operation. All hold a bounded number of instances in memory, however many there are. */
export interface OperationOptions<Report> {
  /** Called often, with totals so far; what it throws ends the operation. */
  readonly onProgress?: ((report: Report) => void) | undefined
  /** Ends the operation with the signal's reason. What it has done stays done, and it can be started again. */
  readonly signal?: AbortSignal | undefined
}
