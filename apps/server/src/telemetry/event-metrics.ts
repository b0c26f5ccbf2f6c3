import type { EventListener } from '@sansfilm/core'
import type { Registry } from 'prom-client'
import { counter } from './counter.ts'

/** Counts what happens in the archive. */
export function countEvents(registers: Registry[]): EventListener {
  const stored = counter(
    registers,
    'sansfilm_instances_stored_total',
    'Instances taken: added, identical to what was there, or in place of it.',
    'outcome',
  )
  const storedBytes = counter(
    registers,
    'sansfilm_instances_stored_bytes_total',
    'Bytes of the instances added or put in place of others.',
  )
  const refused = counter(
    registers,
    'sansfilm_instances_refused_total',
    'Instances refused, by Failure Reason (PS3.18 §I.2.2), in hexadecimal.',
    'reason',
  )
  const deleted = counter(registers, 'sansfilm_instances_deleted_total', 'Instances deleted by clients.')
  const denied = counter(
    registers,
    'sansfilm_requests_denied_total',
    'Requests that their caller was not allowed.',
    'transaction',
  )
  return (event) => {
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
}
