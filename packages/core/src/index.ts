export {
  AdapterError,
  type AdapterErrorCode,
  type ExtraAttributes,
  type InstanceIndex,
  type InstanceStorage,
  type Partition,
} from './adapters/index.ts'
export type { Backend, ConflictPolicy, Limits } from './backend.ts'
export { cacheInTiers } from './cache-in-tiers.ts'
export type { Authorization, AuthorizationRequest, Authorize, Caller, Context, TransactionName } from './context.ts'
export { createDicomweb, type Dicomweb } from './dicomweb.ts'
export { DicomwebError, type FailureDetails, type RequestFailure, requestFailures } from './errors.ts'
export type { DicomwebEvent, EventListener } from './events.ts'
export { type FetchOptions, toFetch } from './fetch.ts'
export type { DicomwebRequest, DicomwebResponse } from './http/message.ts'
export type { Observe, ObservedRequest } from './observe.ts'
export {
  archiveIdentity,
  claimStorage,
  endMirroring,
  ForeignStorageError,
  NotACopyError,
} from './operations/archive-identity.ts'
export { type BackFillOptions, type BackFillReport, backFill } from './operations/back-fill.ts'
export { type CompactOptions, type CompactReport, compact } from './operations/compact.ts'
export {
  type CopyArchiveOptions,
  type CopyArchiveReport,
  type CopyProblem,
  copyArchive,
} from './operations/copy-archive.ts'
export {
  type InflateStoredOptions,
  type InflateStoredReport,
  inflateStored,
} from './operations/inflate-stored.ts'
export type { Archive, OperationOptions } from './operations/operation.ts'
export { type ReindexOptions, type ReindexProblem, type ReindexReport, reindex } from './operations/reindex.ts'
export {
  type StatisticsOptions,
  type StatisticsReport,
  type StoredObjects,
  statistics,
} from './operations/statistics.ts'
export { type SweepOptions, type SweepReport, sweep } from './operations/sweep.ts'
export {
  type FoundProblem,
  readVerification,
  type Verification,
  type VerificationRound,
} from './operations/verification.ts'
export { type VerifyOptions, type VerifyProblem, type VerifyReport, verify } from './operations/verify.ts'
export { type VerifyInBackgroundOptions, verifyInBackground } from './operations/verify-in-background.ts'
export { type DicomwebOptions, defaultLimits } from './options.ts'
export type { ResourceCategory, Route, RouteMethod } from './router.ts'
export type { DocumentStatistics } from './studies-service/document-cache.ts'
export { defaultPartition } from './studies-service/resources.ts'
export { studiesServiceRoutes } from './studies-service/routes.ts'
