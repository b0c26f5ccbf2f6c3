import { Gauge, type Registry } from 'prom-client'
import type { MaintenanceWatch } from '../maintenance-watch.ts'
import { counter } from './counter.ts'

/** Counts what is done in the background, by the process that does it. */
export function maintenanceMetrics(registers: Registry[]): MaintenanceWatch {
  const sweeps = counter(
    registers,
    'sansfilm_sweeps_total',
    'Sweeps: done, left to another process, or failed.',
    'outcome',
  )
  const swept = counter(registers, 'sansfilm_sweep_removed_objects_total', 'Objects that sweeps removed.')
  const sweptBytes = counter(registers, 'sansfilm_sweep_removed_bytes_total', 'Their bytes.')
  const moved = counter(
    registers,
    'sansfilm_compact_moved_instances_total',
    'Instances that compactions brought into other objects.',
  )
  const merged = counter(registers, 'sansfilm_compact_merged_series_total', 'Series that compactions merged.')
  const damaged = counter(
    registers,
    'sansfilm_damaged_objects_total',
    'Objects that were read again and are missing, different or unreadable.',
    'problem',
  )
  const time = (name: string, help: string) => new Gauge({ name, help, registers })
  const lastSweep = time('sansfilm_sweep_last_done_timestamp_seconds', 'When this process last ended a sweep.')
  const lastRound = time(
    'sansfilm_verify_last_done_timestamp_seconds',
    'When this process last had read every object again.',
  )
  return {
    onSwept(outcome) {
      sweeps.inc({ outcome: typeof outcome === 'string' ? outcome : 'done' })
      if (typeof outcome === 'string') return
      swept.inc(outcome.removed)
      sweptBytes.inc(outcome.removedBytes)
      lastSweep.setToCurrentTime()
    },
    onCompacted(report) {
      moved.inc(report.moved)
      merged.inc(report.series)
    },
    onDamaged: (problem) => damaged.inc({ problem }),
    onVerified: () => lastRound.setToCurrentTime(),
  }
}
