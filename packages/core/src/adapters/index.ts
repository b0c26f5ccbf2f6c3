export { AdapterError, type AdapterErrorCode } from './adapter-error.ts'
export type { DerivedCache, KeptBytes } from './derived-cache.ts'
export type {
  AddOutcome,
  ArchiveStatistics,
  ExtraAttributes,
  FrameLookup,
  InflatedInstance,
  InflatedObject,
  InstanceIndex,
  InstancePlaces,
  InstanceRecord,
  InstanceScope,
  IteratedInstance,
  KeptRecord,
  LevelAttributes,
  Partition,
  ResourceState,
  StoredInstance,
} from './instance-index.ts'
export type {
  ByteRange,
  InstanceStorage,
  ObjectKey,
  ObjectLocation,
  OwnerMark,
  Pack,
  StoredObject,
} from './instance-storage.ts'
export { assertObjectKey, isObjectKey } from './object-key.ts'
export type { Picture, PictureReader } from './picture-reader.ts'
export type { Condition, DerivedAttributes, Key, Level, Match, Query, SearchMatch, SearchPage } from './query.ts'
export type { Renderer, Rendering, RenderParameters, RenderSource, Viewport, Window } from './renderer.ts'
export type { SchemaState } from './schema-state.ts'
export type { CodedFrame, TranscodeOptions, Transcoder } from './transcoder.ts'
