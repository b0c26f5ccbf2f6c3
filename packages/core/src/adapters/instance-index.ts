import type { BulkDataRange, Dataset, PixelDataLayout, TagPath, Uid } from '@sansfilm/dicom'
import type { ObjectKey, ObjectLocation } from './instance-storage.ts'
import type { Level, Query, SearchPage } from './query.ts'

/** One archive among many. UIDs are unique within a partition only. */
export type Partition = string

/** The instances of a study, of a series, or one instance. */
export interface InstanceScope {
  readonly partition: Partition
  readonly study: Uid
  readonly series?: Uid
  readonly instance?: Uid
}

/**
 * A deflated instance once more, as the Part 10 object in Explicit VR Little Endian that is made of it when it is stored:
 * reads take their ranges from here. It is an object of its own, and goes with the instance.
 */
export interface InflatedObject {
  readonly key: ObjectKey
  /** Bytes. */
  readonly length: number
  /** SHA-256 of the object, lower-case hexadecimal. */
  readonly digest: string
}

/** An instance that is stored. */
export interface StoredInstance {
  readonly partition: Partition
  readonly study: Uid
  readonly series: Uid
  readonly instance: Uid
  readonly sopClass: Uid
  readonly transferSyntax: Uid
  readonly location: ObjectLocation
  /** SHA-256 of the Part 10 object, lower-case hexadecimal. */
  readonly digest: string
  readonly storedAt: Date
  /** Where the transfer syntax is deflated, the object that offsets count in; absent until `setInflated` in older rows. */
  readonly inflated: InflatedObject | undefined
}

/** The attributes that a Search matches and returns, by the level they belong to. */
export interface LevelAttributes {
  readonly study: Dataset
  readonly series: Dataset
  readonly instance: Dataset
}

/** Where the bulk data and the frames of an instance lie: all that is needed to read them by their range. */
export interface InstancePlaces {
  readonly bulkData: readonly BulkDataRange[]
  readonly pixelData: PixelDataLayout | undefined
  /** Opaque blocks; `frames` hands them out one by one. */
  readonly frameBlocks: readonly Uint8Array[]
}

/** Everything the index keeps of an instance. */
export interface InstanceRecord extends StoredInstance, InstancePlaces {
  readonly attributes: LevelAttributes
  /** Opaque to the index: the instance's metadata as the core prepared it. */
  readonly metadata: Uint8Array
  /** Where it, its series and its study stood in the order of another index, for those that are new here. */
  readonly positions?: Readonly<Record<Level, string>> | undefined
}

/** A record as `record` gives it: study and series with all that their instances have told of them, and in their places. */
export type KeptRecord = InstanceRecord & Required<Pick<InstanceRecord, 'positions'>>

/** An instance on the way through all of them. */
export interface IteratedInstance extends StoredInstance {
  /** Opaque; `all` goes on behind it, in the same index at any later time. */
  readonly cursor: string
}

/** The inflated object of an instance, and the places in it. */
export interface InflatedInstance extends InstancePlaces {
  readonly inflated: InflatedObject
}

/** What stood under the SOP Instance UID decides. */
export type AddOutcome =
  | { readonly outcome: 'added' }
  /** The same bytes are stored already: nothing was changed. `stored` is what stands. */
  | { readonly outcome: 'identical'; readonly stored: StoredInstance }
  /** Other bytes are stored under this UID, or it lies in another series: nothing was changed. */
  | { readonly outcome: 'conflict'; readonly stored: StoredInstance }
  /** Other bytes stood there; `previous` is no longer referenced. */
  | { readonly outcome: 'replaced'; readonly previous: StoredInstance }

/** A study, series or instance as a whole. */
export interface ResourceState {
  /** Differs whenever the instances below, or their attributes, do; never repeats for the same resource. */
  readonly revision: string
  readonly instances: number
  /** Bytes of all Part 10 objects, inflated ones as well. */
  readonly bytes: number
}

/** What is needed to serve frames: one look-up, then ranged reads. */
export interface FrameLookup {
  readonly stored: StoredInstance
  readonly pixelData: PixelDataLayout | undefined
  /** The blocks asked for that exist, by their number. */
  readonly blocks: ReadonlyMap<number, Uint8Array>
}

/** Totals of a partition. */
export interface ArchiveStatistics {
  readonly studies: number
  readonly series: number
  readonly instances: number
  /** Of all their objects, inflated ones as well. */
  readonly bytes: number
}

/**
 * What is stored, where it lies, and how it is found. All changes are atomic, and durable when the promise resolves.
 * Iterations hold a bounded number of rows, and see each instance at most once whatever is stored meanwhile.
 */
export interface InstanceIndex {
  /**
   * Adds an instance. The same digest at the same place is `identical`; anything else under the SOP Instance UID is
   * `conflict`, or with `replace` takes its place. Study and series attributes are those of the first instance stored;
   * later ones fill what is absent or empty. What is replaced in its place keeps its place in the order of Search, and so
   * do the study and series around it. Concurrent calls may share one commit.
   * @throws AdapterError `out-of-resources`, `unavailable`
   */
  add(record: InstanceRecord, onConflict: 'refuse' | 'replace'): Promise<AddOutcome>
  /** Matches in the order of PS3.4 keys described at `Query`, exact in number. */
  search(query: Query): Promise<SearchPage>
  /** How many matches `search` has for the query, counted no further than `atMost`. */
  count(query: Query, atMost: number): Promise<number>
  /** The state of the resource; `undefined` where nothing is stored there. */
  state(scope: InstanceScope): Promise<ResourceState | undefined>
  /** The instances of the scope, in the order of Search. */
  instances(scope: InstanceScope): AsyncIterable<StoredInstance>
  /** Their prepared metadata, in the same order. */
  metadata(scope: InstanceScope): AsyncIterable<{ readonly stored: StoredInstance; readonly metadata: Uint8Array }>
  /** The bulk data ranges of one instance, all or the one at `path`. `undefined` where the instance is not stored. */
  bulkData(
    scope: Required<InstanceScope>,
    path?: string,
  ): Promise<{ readonly stored: StoredInstance; readonly ranges: readonly BulkDataRange[] } | undefined>
  /** The pixel data of one instance, with the frame blocks asked for. `undefined` where the instance is not stored. */
  frames(scope: Required<InstanceScope>, blocks: readonly number[]): Promise<FrameLookup | undefined>
  /** Forgets the instances of the scope, at once. Resolves to what was forgotten, for the bytes to follow. */
  remove(scope: InstanceScope): Promise<readonly StoredInstance[]>
  /** Which of `keys` an instance still refers to, as its object or its inflated one. */
  references(keys: readonly ObjectKey[]): Promise<ReadonlySet<ObjectKey>>
  /** The instances whose stored object is one of `keys`, or shares it, in any order. */
  instancesIn(keys: readonly ObjectKey[]): Promise<readonly StoredInstance[]>
  /**
   * Notes that the same bytes lie elsewhere now. Resolves to whether they do: nothing is changed where other bytes, or none,
   * are stored by now, or where they lie elsewhere already. For clients the instance stays as it was, its revision too.
   */
  relocate(stored: StoredInstance, location: ObjectLocation): Promise<boolean>
  /**
   * Every stored instance, of one partition or all, in a stable order in which what is new comes last, or nearly so.
   * @param after begins behind the instance that had this cursor, whether it is still there or not
   */
  all(partition?: Partition, after?: string): AsyncIterable<IteratedInstance>
  /** Those of `instances` that are stored in the partition, wherever in it, in any order. For some hundreds at a time. */
  find(partition: Partition, instances: readonly Uid[]): Promise<readonly StoredInstance[]>
  /** Everything kept of one instance, as of one moment: added elsewhere, it is the same there. */
  record(scope: Required<InstanceScope>): Promise<KeptRecord | undefined>
  /** A short text that the core keeps about the archive as a whole, under a name of its own choice. */
  fact(name: string): Promise<string | undefined>
  /** Keeps such a text; with `keep` only where there is none. Resolves to the text that stands then. */
  setFact(name: string, text: string, onConflict: 'replace' | 'keep'): Promise<string>
  statistics(partition: Partition): Promise<ArchiveStatistics>
  /**
   * The attributes kept beyond those of PS3.18, as paths by level, that the index last completed a back-fill for;
   * `undefined` on a new index.
   */
  extraAttributes(): Promise<ExtraAttributes | undefined>
  /**
   * Puts the attributes of an instance in place of those kept, and fills what its study and series lack (back-fill).
   * Does nothing where other bytes, or none, are stored by now.
   */
  setAttributes(stored: StoredInstance, attributes: LevelAttributes): Promise<void>
  /** The instances in a deflated transfer syntax that have no inflated object, in any stable order, at no cost of others. */
  notInflated(): AsyncIterable<StoredInstance>
  /**
   * Gives an instance its inflated object and the places in it, for those it had. Resolves to whether it did: nothing is
   * changed where other bytes, or none, are stored by now.
   */
  setInflated(stored: StoredInstance, inflated: InflatedInstance): Promise<boolean>
  /** Records that every stored instance has these extra attributes. */
  setExtraAttributes(extra: ExtraAttributes): Promise<void>
  /** Rejects when the index cannot serve now; for readiness probes. */
  check(): Promise<void>
  close(): Promise<void>
}

/** Attributes that a deployment adds to those of PS3.18 Tables 10.6.1-5 and 10.6.3-3 to -5. */
export interface ExtraAttributes {
  readonly study: readonly TagPath[]
  readonly series: readonly TagPath[]
  readonly instance: readonly TagPath[]
}
