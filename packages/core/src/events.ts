import type { Uid } from '@sansfilm/dicom'
import type { Level } from './adapters/query.ts'
import type { Context, TransactionName } from './context.ts'

interface Target {
  readonly study?: Uid
  readonly series?: Uid
  readonly instance?: Uid
}

/** What happened, for audit and metrics. No attribute values but UIDs. */
export type DicomwebEvent = { readonly context: Context; readonly at: Date } & (
  | {
      readonly type: 'stored'
      readonly target: Required<Target>
      readonly bytes: number
      readonly outcome: 'added' | 'identical' | 'replaced'
    }
  | { readonly type: 'refused'; readonly target: Target; readonly failureReason: number }
  | { readonly type: 'retrieved'; readonly target: Target; readonly resource: string }
  | { readonly type: 'searched'; readonly target: Target; readonly level: Level }
  | { readonly type: 'deleted'; readonly target: Target; readonly instances: number }
  | { readonly type: 'denied'; readonly target: Target; readonly transaction: TransactionName }
)

/** Receives every event, synchronously, after the fact; what it throws is reported and changes nothing. */
export type EventListener = (event: DicomwebEvent) => void
