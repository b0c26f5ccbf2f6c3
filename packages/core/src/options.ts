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
import type { Backend, ConflictPolicy, Limits } from './backend.ts'
import type { Authorize, Context } from './context.ts'
import { Derivations } from './derivations.ts'
import type { DicomwebEvent, EventListener } from './events.ts'
import type { Observe } from './observe.ts'
import { defaultPartition } from './studies-service/resources.ts'

/** What a DICOMweb service is made of. Only storage and index have no default. */
export interface DicomwebOptions {
  readonly storage: InstanceStorage
  readonly index: InstanceIndex
  /** Draws rendered resources and thumbnails. Default: none, and they are answered 501. */
  readonly renderer?: Renderer
  /** Takes PNG and GIF as the pixel data of a store (PS3.18 Table 10.5.2-1). Default: none, and they are refused. */
  readonly pictureReader?: PictureReader
  /**
   * Takes pixel data to other transfer syntaxes when it is retrieved. Default: none, and compressed pixel data is sent as it
   * is stored, or not at all.
   */
  readonly transcoder?: Transcoder
  /** Keeps what was drawn or transcoded, and metadata documents of many instances. Default: nothing is kept. */
  readonly derivedCache?: DerivedCache
  /** Asked by every transaction. Default: everybody may do everything. */
  readonly authorize?: Authorize
  /** Receive every event: audit, metrics. */
  readonly listeners?: readonly EventListener[]
  /** Watches each request: durations, traces. Default: nothing does, at no cost. */
  readonly observe?: Observe
  /** Defaults as at `Limits`. */
  readonly limits?: Partial<Limits>
  /** Other bytes under a stored SOP Instance UID; a function where partitions differ. Default `refuse`. */
  readonly onConflict?: ConflictPolicy | ((partition: Partition) => ConflictPolicy)
  /** Refuses Store and Delete. Default false. */
  readonly readOnly?: boolean
  /** Default true. */
  readonly allowDelete?: boolean
  /** The archives of this service. `default` is the one without a prefix, and the only one by default. */
  readonly partitions?: readonly Partition[]
  /** Attributes to match and return beyond those of PS3.18. Default none. */
  readonly extraAttributes?: Partial<ExtraAttributes>
  /** Default: to the console, with its stack. */
  readonly reportBug?: (error: unknown, context: Context | undefined) => void
  /** Web origins that may read answers (CORS). Default `*`: all, without cookies. A list lets those use cookies. */
  readonly origins?: '*' | readonly string[]
}

/** The options, all decided. */
export interface ResolvedOptions {
  readonly backend: Backend
  readonly observe: Observe | undefined
  readonly origins: '*' | readonly string[]
}

const mebibyte = 1024 * 1024

/** @see Limits */
export const defaultLimits: Limits = {
  maxInstanceBytes: 64 * 1024 * mebibyte,
  maxRequestBytes: Number.POSITIVE_INFINITY,
  maxParts: 100_000,
  maxMetadataBytes: 64 * mebibyte,
  maxDepth: 128,
  maxInflatedBytes: 128 * mebibyte,
  maxInlineBytes: 1024,
  maxCacheBytes: 64 * mebibyte,
  maxUrlLength: 16_384,
}

/** @throws TypeError for an option that cannot be used */
export function resolveOptions(options: DicomwebOptions): ResolvedOptions {
  const reportBug = options.reportBug ?? ((error) => console.error(error))
  return {
    origins: checkOrigins(options.origins ?? '*'),
    observe: options.observe,
    backend: {
      storage: required(options.storage, 'storage'),
      index: required(options.index, 'index'),
      authorize: options.authorize ?? (() => true),
      emit: createEmit(options.listeners ?? [], reportBug),
      limits: checkLimits(options.limits ?? {}),
      onConflictIn: checkOnConflict(options.onConflict ?? 'refuse'),
      readOnly: options.readOnly ?? false,
      allowDelete: options.allowDelete ?? true,
      partitions: checkPartitions(options.partitions ?? [defaultPartition]),
      renderer: options.renderer,
      pictureReader: options.pictureReader,
      transcoder: options.transcoder,
      derivations: new Derivations(options.derivedCache),
      derivedCache: options.derivedCache,
      extraAttributes: { study: [], series: [], instance: [], ...options.extraAttributes },
      reportBug,
    },
  }
}

/** Events reach every listener; what one throws is a bug of its own. */
function createEmit(listeners: readonly EventListener[], reportBug: Backend['reportBug']): Backend['emit'] {
  return (event: DicomwebEvent) => {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        reportBug(error, event.context)
      }
    }
  }
}

/** Callers without types may leave out anything. */
function required<T>(value: T | undefined, name: string): T {
  if (value === undefined || value === null) throw new TypeError(`createDicomweb needs the option ${name}`)
  return value
}

function checkLimits(given: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultLimits))
      throw new TypeError(`There is no limit ${name}; there are ${Object.keys(defaultLimits).join(', ')}`)
    if (typeof value !== 'number' || Number.isNaN(value) || value < 0)
      throw new TypeError(`The limit ${name} must be a number, 0 or more`)
  }
  return { ...defaultLimits, ...given }
}

function checkOnConflict(policy: NonNullable<DicomwebOptions['onConflict']>): Backend['onConflictIn'] {
  if (typeof policy === 'function') return policy
  if (policy !== 'refuse' && policy !== 'replace')
    throw new TypeError("onConflict must be 'refuse', 'replace', or a function of the partition")
  return () => policy
}

/** Names become part of object keys and URLs. */
function checkPartitions(partitions: readonly Partition[]): readonly Partition[] {
  if (partitions.length === 0) throw new TypeError('partitions must name at least one partition')
  for (const partition of partitions)
    if (!/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(partition))
      throw new TypeError(`The partition name ${partition} must be 1 to 64 of a-z, 0-9 and inner hyphens`)
  if (new Set(partitions).size < partitions.length) throw new TypeError('partitions must not repeat a name')
  return partitions
}

function checkOrigins(origins: '*' | readonly string[]): '*' | readonly string[] {
  if (origins === '*') return origins
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new TypeError(`The origin ${origin} must be scheme, host and port alone, such as https://viewer.example`)
  return origins
}
