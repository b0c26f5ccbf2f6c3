import type { DicomwebEvent, EventListener, VerifyProblem } from '@sansfilm/core'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { SweepOutcome } from '../sweeping.ts'

/** Counts what happens in the archive. */
export function archiveMetrics(registers: Registry[]): {
  readonly onEvent: EventListener
  readonly onSwept: (outcome: SweepOutcome) => void
  readonly onDamaged: (found: Pick<VerifyProblem, 'problem'>) => void
} {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })
  const stored = counter(
    'sansfilm_instances_stored_total',
    'Instances taken: added, identical to what was there, or in place of it.',
    'outcome',
  )
  const storedBytes = counter(
    'sansfilm_instances_stored_bytes_total',
    'Bytes of the instances added or put in place of others.',
  )
  const refused = counter(
    'sansfilm_instances_refused_total',
    'Instances refused, by Failure Reason (PS3.18 Table I.2-2), in hexadecimal.',
    'reason',
  )
  const deleted = counter('sansfilm_instances_deleted_total', 'Instances deleted by clients.')
  const denied = counter('sansfilm_requests_denied_total', 'Requests that their caller was not allowed.', 'transaction')
  const sweeps = counter('sansfilm_sweeps_total', 'Sweeps: done, left to another process, or failed.', 'outcome')
  const swept = counter('sansfilm_sweep_removed_objects_total', 'Objects that sweeps removed.')
  const sweptBytes = counter('sansfilm_sweep_removed_bytes_total', 'Their bytes.')
  const damaged = counter(
    'sansfilm_damaged_objects_total',
    'Objects that the verification in the background found not as they were stored.',
    'problem',
  )
  const lastSweep = new Gauge({
    name: 'sansfilm_sweep_last_done_timestamp_seconds',
    help: 'When this process last ended a sweep, in seconds since 1970.',
    registers,
  })

  const onEvent = (event: DicomwebEvent): void => {
    switch (event.type) {
      case 'stored':
        stored.inc({ outcome: event.outcome })
        if (event.outcome !== 'identical') storedBytes.inc(event.bytes)
        break
      case 'refused':
        refused.inc({ reason: event.failureReason.toString(16).toUpperCase().padStart(4, '0') })
        break
      case 'deleted':
        deleted.inc(event.instances)
        break
      case 'denied':
        denied.inc({ transaction: event.transaction })
    }
  }
  const onSwept = (outcome: SweepOutcome): void => {
    sweeps.inc({ outcome: typeof outcome === 'string' ? outcome : 'done' })
    if (typeof outcome === 'string') return
    swept.inc(outcome.removed)
    sweptBytes.inc(outcome.removedBytes)
    lastSweep.setToCurrentTime()
  }
  const onDamaged = ({ problem }: Pick<VerifyProblem, 'problem'>) => damaged.inc({ problem })
  return { onEvent, onSwept, onDamaged }
}
