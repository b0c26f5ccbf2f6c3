import type { AdapterErrorCode } from '@sansfilm/core/adapters'
import type { ContractCase } from './contract.ts'

/** What goes wrong below an adapter: in the file system, the database, the object store, or on the way there. */
export const faults = ['slow read', 'torn write', 'lost connection', 'busy store', 'out of space'] as const

/** One of `faults`. A busy store is one that answers 503. */
export type Fault = (typeof faults)[number]

/** What a change that has met a fault fails with, as an AdapterError. */
export type FailureCode = Extract<AdapterErrorCode, 'unavailable' | 'out-of-resources'>

/** An adapter over a medium that fails when it is told to. */
export interface FaultyMedium<Adapter> {
  readonly adapter: Adapter
  /**
   * Of all that the adapter asks of the medium from now on, whatever the fault can happen to, the `step`th meets it, counted
   * from 1, and what comes after it: reads that are slow get no answer before `heal`.
   */
  inject(fault: Fault, step: number): Promise<void> | void
  /** Whether anything has met the fault that was injected last. */
  hasMet(): boolean
  /** Ends the fault. */
  heal(): Promise<void> | void
  /** Another adapter over the same medium, as a process has it that starts later. The caller closes it. */
  reopen(): Adapter | Promise<Adapter>
  close(): Promise<void>
}

/** What every adapter does when a fault happens below it. */
export interface FaultCase<Adapter> extends ContractCase<FaultyMedium<Adapter>> {
  readonly fault: Fault
}

/** Why faults cannot happen below an adapter, or cannot be made to happen in a test. */
export type ImpossibleFaults = Readonly<Partial<Record<Fault, string>>>
