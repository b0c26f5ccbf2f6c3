import type {
  DerivedCache,
  ExtraAttributes,
  InstanceIndex,
  InstanceStorage,
  Partition,
  PictureReader,
  Renderer,
  Transcoder,
} from './adapters/index.ts'
import type { Authorize, Context } from './context.ts'
import type { Derivations } from './derivations.ts'
import type { DicomwebEvent } from './events.ts'

/** Bounds of one request, each counted as the bytes pass. */
export interface Limits {
  /** Bytes of one instance. Default 64 GiB. */
  readonly maxInstanceBytes: number
  /** Bytes of a whole store request. Default unlimited. */
  readonly maxRequestBytes: number
  /** Parts of a multipart request. Default 100,000. */
  readonly maxParts: number
  /** Bytes of a metadata payload (JSON or XML) that a store request may carry. Default 64 MiB. */
  readonly maxMetadataBytes: number
  /** Sequences within sequences. Default 128. */
  readonly maxDepth: number
  /** Bytes that a deflated data set may inflate to. Default 128 MiB. */
  readonly maxInflatedBytes: number
  /** Binary values longer than this are bulk data of their own in metadata. Default 1,024 bytes. */
  readonly maxInlineBytes: number
  /** Bytes of prepared answers kept in memory. Default 64 MiB. */
  readonly maxCacheBytes: number
  /** Characters of a request target. Default 16,384. */
  readonly maxUrlLength: number
}

/** What becomes of other bytes under a stored SOP Instance UID. */
export type ConflictPolicy = 'refuse' | 'replace'

/** What a transaction works with: the options of `createDicomweb`, all decided. */
export interface Backend {
  readonly storage: InstanceStorage
  readonly index: InstanceIndex
  readonly authorize: Authorize
  readonly emit: (event: DicomwebEvent) => void
  readonly limits: Limits
  /** Other bytes under a stored SOP Instance UID: refuse them, or let them replace what stands. */
  readonly onConflictIn: (partition: Partition) => ConflictPolicy
  readonly readOnly: boolean
  readonly allowDelete: boolean
  readonly partitions: readonly Partition[]
  readonly extraAttributes: ExtraAttributes
  /** Absent: images are not drawn. */
  readonly renderer: Renderer | undefined
  /** Absent: pictures that no transfer syntax holds are not stored. */
  readonly pictureReader: PictureReader | undefined
  /** Absent: compressed pixel data is sent as it is stored. */
  readonly transcoder: Transcoder | undefined
  readonly derivations: Derivations
  /** What is derived from the archive and can be made again; also behind `derivations`. */
  readonly derivedCache: DerivedCache | undefined
  /** Reports what nobody foresaw: logged with its stack, answered without its message. */
  readonly reportBug: (error: unknown, context: Context | undefined) => void
}
