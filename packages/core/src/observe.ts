import type { Partition } from './adapters/instance-index.ts'
import type { TransactionName } from './context.ts'
import type { DicomwebRequest, DicomwebResponse } from './http/message.ts'
import type { ResourceCategory } from './router.ts'
import type { Target } from './studies-service/resources.ts'

/** What a request turned out to be for. All but the UIDs are words of the program: few, and nobody's data. */
export interface ObservedRequest {
  readonly transaction: TransactionName | 'capabilities'
  /** What is sent or taken; `uri` for the URI Service. */
  readonly category: ResourceCategory | 'capabilities' | 'uri'
  /** Of the path, as `/studies/{study}/series`; absent for the URI Service. */
  readonly template?: string
  readonly partition: Partition
  /** The UIDs in the path. */
  readonly target: Pick<Target, 'study' | 'series' | 'instance'>
}

/**
 * Watches requests, for metrics and traces: called once for each, around all that is done until the head of the answer is
 * known. It calls `answer` once, with the request, whose body it may have wrapped; that calls `onMatched` as soon as it is
 * known what the request is for, and never for one that is for nothing. What it resolves to is sent: the answer, whose body
 * it may have wrapped. Pieces of bodies are passed on as they are.
 */
export type Observe = (
  request: DicomwebRequest,
  answer: (request: DicomwebRequest, onMatched: (observed: ObservedRequest) => void) => Promise<DicomwebResponse>,
) => Promise<DicomwebResponse>
