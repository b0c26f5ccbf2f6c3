import type { CompactReport, SweepReport, VerifyProblem } from '@sansfilm/core'

/** How a sweep ended: with a report, since another process was at work, or by a failure. */
export type SweepOutcome = SweepReport | 'elsewhere' | 'failed'

/** Told of what a server does in the background. */
export interface MaintenanceWatch {
  onSwept(outcome: SweepOutcome): void
  /** Instances were moved. */
  onCompacted(report: CompactReport): void
  /** An object is not as it was stored. */
  onDamaged(problem: VerifyProblem['problem']): void
  /** Every object was read again. */
  onVerified(): void
}
