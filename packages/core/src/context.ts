import type { Uid } from '@sansfilm/dicom'
import type { Partition } from './adapters/instance-index.ts'
import type { Condition } from './adapters/query.ts'

/** Who asks. What an identity means is the `authorize` hook's affair. */
export interface Caller {
  /** For audit: an account, a service, `anonymous`. */
  readonly id: string
  readonly roles?: readonly string[]
}

/** What every use case runs in. */
export interface Context {
  readonly partition: Partition
  readonly caller: Caller
  readonly requestId: string
}

/** The transactions of the Studies Service (PS3.18 §10.3), and deletion, which PS3.18 leaves to implementations. */
export type TransactionName = 'store' | 'search' | 'retrieve' | 'delete'

/** What the caller wants to do. */
export interface AuthorizationRequest {
  readonly transaction: TransactionName
  readonly context: Context
  /** The target; absent for a search or store of everything. A store is asked once more for each instance received. */
  readonly study?: Uid
  readonly series?: Uid
  readonly instance?: Uid
}

/**
 * The answer. A search is never refused: `false` finds nothing, `visible` finds what matches one of its groups.
 * For other transactions `visible` is an allowance for targets that match it. Conditions are on the study: one is seen with
 * all its series and instances or not at all, so that no count tells of what is hidden.
 */
export type Authorization = boolean | { readonly visible: readonly (readonly Condition[])[] }

/** Asked by every transaction before it touches anything. */
export type Authorize = (request: AuthorizationRequest) => Authorization | Promise<Authorization>
