import type { Backend } from './backend.ts'
import type { Context } from './context.ts'
import type { DicomwebRequest, DicomwebResponse } from './http/message.ts'
import type { Target } from './studies-service/resources.ts'

/** One transaction on one target, from request to answer. Failures of the whole request are thrown as `DicomwebError`. */
export type Transaction = (
  request: DicomwebRequest,
  target: Target,
  context: Context,
  backend: Backend,
) => Promise<DicomwebResponse>
