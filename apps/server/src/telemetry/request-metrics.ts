import type { Observe, ObservedRequest } from '@sansfilm/core'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type BodyEnd, watchAnswer, watchPieces } from './watch-body.ts'

/** Seconds: a kept document takes less than the first, a study as a zip more than the last. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** What is for nothing that there is. */
const unmatched = { transaction: 'none', category: 'none' } as const

/** Measures requests to the DICOMweb services, each from its head to the last byte of its answer. */
export function requestMetrics(registers: Registry[]): Observe {
  const kind = ['transaction', 'category'] as const
  const duration = new Histogram({
    name: 'sansfilm_request_duration_seconds',
    help: 'DICOMweb requests, from their head to the last byte of their answer.',
    labelNames: [...kind, 'status'],
    buckets,
    registers,
  })
  const inFlight = new Gauge({ name: 'sansfilm_requests_in_flight', help: 'DICOMweb requests under way.', registers })
  const received = new Counter({
    name: 'sansfilm_request_bytes_total',
    help: 'Bytes taken from payloads of requests.',
    labelNames: kind,
    registers,
  })
  const sent = new Counter({
    name: 'sansfilm_response_bytes_total',
    help: 'Bytes given to payloads of answers.',
    labelNames: kind,
    registers,
  })
  const unfinished = new Counter({
    name: 'sansfilm_responses_unfinished_total',
    help: 'Answers that ended before their end: the client left ("cut off"), or the body failed ("failed").',
    labelNames: [...kind, 'reason'],
    registers,
  })

  return async (request, answer) => {
    const started = performance.now()
    inFlight.inc()
    let taken = 0
    let given = 0
    let { transaction, category }: Pick<ObservedRequest, 'transaction' | 'category'> | typeof unmatched = unmatched
    const body =
      request.body === null
        ? null
        : watchPieces(request.body, {
            onPiece: (bytes) => {
              taken += bytes
            },
            onEnd: () => {},
          })
    const response = await answer({ ...request, body }, (matched) => {
      ;({ transaction, category } = matched)
    })
    const onEnd = (how: BodyEnd) => {
      const labels = { transaction, category }
      inFlight.dec()
      duration.observe({ ...labels, status: response.status }, (performance.now() - started) / 1000)
      if (taken > 0) received.inc(labels, taken)
      if (given > 0) sent.inc(labels, given)
      if (how !== 'whole') unfinished.inc({ ...labels, reason: how })
    }
    return watchAnswer(response, {
      onPiece: (bytes) => {
        given += bytes
      },
      onEnd,
    })
  }
}
