import type { DicomwebEvent } from '@sansfilm/core'
import type { Logger } from 'pino'

/** Logs what happens in the archive: UIDs, numbers and outcomes, no attribute values. */
export function logEvents(log: Logger): (event: DicomwebEvent) => void {
  return ({ type, context, at: _, ...facts }) => {
    const line = { event: type, requestId: context.requestId, partition: context.partition, ...facts }
    if (type === 'deleted' || type === 'denied') log.info(line)
    else log.debug(line)
  }
}
