export { AdapterError, type AdapterErrorCode } from './adapter-error.ts'
export type {
  AddOutcome,
  ArchiveStatistics,
  ExtraAttributes,
  FrameLookup,
  InstanceIndex,
  InstanceRecord,
  InstanceScope,
  LevelAttributes,
  Partition,
  ResourceState,
  StoredInstance,
} from './instance-index.ts'
export type { ByteRange, InstanceStorage, ObjectKey, ObjectLocation, StoredObject } from './instance-storage.ts'
export type { Condition, DerivedAttributes, Level, Match, Query, SearchMatch, SearchPage } from './query.ts'
