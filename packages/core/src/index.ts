export {
  AdapterError,
  type AdapterErrorCode,
  type ExtraAttributes,
  type InstanceIndex,
  type InstanceStorage,
  type Partition,
} from './adapters/index.ts'
export type { Backend, Limits } from './backend.ts'
export type { Authorization, AuthorizationRequest, Authorize, Caller, Context, TransactionName } from './context.ts'
export { createDicomweb, type Dicomweb } from './dicomweb.ts'
export { DicomwebError, type FailureDetails, type RequestFailure, requestFailures } from './errors.ts'
export type { DicomwebEvent, EventListener } from './events.ts'
export { type FetchOptions, toFetch } from './fetch.ts'
export type { DicomwebRequest, DicomwebResponse } from './http/message.ts'
export { type DicomwebOptions, defaultLimits } from './options.ts'
export type { ResourceCategory, Route, RouteMethod } from './router.ts'
export { studiesServiceRoutes } from './studies-service/routes.ts'
