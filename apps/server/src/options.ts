import { parseIndex } from './index-setting.ts'
import {
  parseAttributes,
  parseBudget,
  parseBytes,
  parseChoice,
  parseCorsOrigins,
  parseDuration,
  parseFiniteBytes,
  parseFolder,
  parseHost,
  parsePublicUrl,
  parseText,
  parseTrustProxy,
  parseWholeNumber,
} from './option-values.ts'
import { parseStorage } from './storage-setting.ts'

/** One setting of the server: a flag, an environment variable and a line of `--help` from this row alone. */
export interface OptionRow {
  /** As commander writes it: `--port <number>`, `--read-only`, `--no-delete`. */
  readonly flags: string
  readonly env: string
  readonly help: string
  /** What holds when nobody says anything, in the words of the flag; absent: nothing. Unused for switches. */
  readonly default?: string
  /** It may hold a password: its value is never shown. */
  readonly secret?: true
  /** Absent for switches. @throws OptionError with what is wanted instead */
  readonly parse?: (text: string) => unknown
}

/** Rows by the name of the setting in code. */
export type OptionTable = Readonly<Record<string, OptionRow>>

/** The settings that a table describes. */
export type Settings<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly parse: (text: string) => infer Value }
    ? Table[Name] extends { readonly default: string }
      ? Value
      : Value | undefined
    : boolean
}

/** Where the archive lies: what every command needs. */
export const dataOptions = {
  data: {
    flags: '--data <folder>',
    env: 'SANSFILM_DATA',
    help: 'folder that holds the archive: objects, index, caches',
    default: './data',
    parse: parseFolder,
  },
  storage: {
    flags: '--storage <where>',
    env: 'SANSFILM_STORAGE',
    help: 'where objects lie: files, in the data folder, or a bucket, as s3://KEY:SECRET@HOST:PORT/BUCKET',
    default: 'files',
    secret: true,
    parse: parseStorage,
  },
  index: {
    flags: '--index <where>',
    env: 'SANSFILM_INDEX',
    help: 'where the index lies: sqlite, in the data folder, or a database, as postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    default: 'sqlite',
    secret: true,
    parse: parseIndex,
  },
  studyAttributes: {
    flags: '--study-attributes <list>',
    env: 'SANSFILM_STUDY_ATTRIBUTES',
    help: 'further attributes to match and return at study level: keywords, tags or paths, separated by commas',
    default: '',
    parse: parseAttributes,
  },
  seriesAttributes: {
    flags: '--series-attributes <list>',
    env: 'SANSFILM_SERIES_ATTRIBUTES',
    help: 'the same at series level',
    default: '',
    parse: parseAttributes,
  },
  instanceAttributes: {
    flags: '--instance-attributes <list>',
    env: 'SANSFILM_INSTANCE_ATTRIBUTES',
    help: 'the same at instance level',
    default: '',
    parse: parseAttributes,
  },
  onConflict: {
    flags: '--on-conflict <policy>',
    env: 'SANSFILM_ON_CONFLICT',
    help: 'when other bytes arrive under a stored SOP Instance UID: refuse them, or let them replace what is stored',
    default: 'refuse',
    parse: parseChoice('refuse', 'replace'),
  },
  sweepGrace: {
    flags: '--sweep-grace <time>',
    env: 'SANSFILM_SWEEP_GRACE',
    help: 'a sweep leaves alone what is younger than this',
    default: '1h',
    parse: parseDuration('1m'),
  },
  noMigrate: {
    flags: '--no-migrate',
    env: 'SANSFILM_NO_MIGRATE',
    help: 'do not change an index whose schema is older than this version wants, but refuse it: `sansfilm migrate` changes it',
  },
  logLevel: {
    flags: '--log-level <level>',
    env: 'SANSFILM_LOG_LEVEL',
    help: 'least severe lines to log: trace, debug, info, warn, error, fatal or silent',
    default: 'info',
    parse: parseChoice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  },
} as const satisfies OptionTable

/** Bounds of one request. @see `Limits` in @sansfilm/core */
export const limitOptions = {
  maxInstanceBytes: {
    flags: '--max-instance-bytes <size>',
    env: 'SANSFILM_MAX_INSTANCE_BYTES',
    help: 'largest instance taken',
    default: '64GiB',
    parse: parseBytes,
  },
  maxRequestBytes: {
    flags: '--max-request-bytes <size>',
    env: 'SANSFILM_MAX_REQUEST_BYTES',
    help: 'largest store request taken',
    default: 'unlimited',
    parse: parseBytes,
  },
  maxParts: {
    flags: '--max-parts <number>',
    env: 'SANSFILM_MAX_PARTS',
    help: 'most parts of one store request',
    default: '100000',
    parse: parseWholeNumber(1, 2 ** 31),
  },
  maxMetadataBytes: {
    flags: '--max-metadata-bytes <size>',
    env: 'SANSFILM_MAX_METADATA_BYTES',
    help: 'largest JSON or XML metadata in a store request',
    default: '64MiB',
    parse: parseFiniteBytes,
  },
  maxDepth: {
    flags: '--max-depth <number>',
    env: 'SANSFILM_MAX_DEPTH',
    help: 'most sequences within sequences',
    default: '128',
    parse: parseWholeNumber(1, 1000),
  },
  maxInflatedBytes: {
    flags: '--max-inflated-bytes <size>',
    env: 'SANSFILM_MAX_INFLATED_BYTES',
    help: 'most bytes that a deflated data set may inflate to',
    default: '128MiB',
    parse: parseFiniteBytes,
  },
  maxInlineBytes: {
    flags: '--max-inline-bytes <size>',
    env: 'SANSFILM_MAX_INLINE_BYTES',
    help: 'longer binary values are bulk data of their own in metadata',
    default: '1KiB',
    parse: parseFiniteBytes,
  },
  maxCacheBytes: {
    flags: '--max-cache-bytes <size>',
    env: 'SANSFILM_MAX_CACHE_BYTES',
    help: 'prepared answers kept in memory',
    default: '64MiB',
    parse: parseFiniteBytes,
  },
  maxUrlLength: {
    flags: '--max-url-length <characters>',
    env: 'SANSFILM_MAX_URL_LENGTH',
    help: 'longest request target taken, at most 65536',
    default: '16384',
    parse: parseWholeNumber(256, 65_536),
  },
} as const satisfies OptionTable

/** What only a server needs. */
export const serverOptions = {
  port: {
    flags: '--port <number>',
    env: 'SANSFILM_PORT',
    help: 'TCP port to listen on; 0 takes a free one',
    default: '8042',
    parse: parseWholeNumber(0, 65_535),
  },
  host: {
    flags: '--host <address>',
    env: 'SANSFILM_HOST',
    help: 'address to listen on; 0.0.0.0 or :: for every network',
    default: '127.0.0.1',
    parse: parseHost,
  },
  publicUrl: {
    flags: '--public-url <url>',
    env: 'SANSFILM_PUBLIC_URL',
    help: 'how clients reach the server, as https://pacs.example/archive (default: as the request says)',
    parse: parsePublicUrl,
  },
  trustProxy: {
    flags: '--trust-proxy <who>',
    env: 'SANSFILM_TRUST_PROXY',
    help: 'believe X-Forwarded-* from so many proxies, or from these addresses (loopback, 10.0.0.0/8, ...)',
    parse: parseTrustProxy,
  },
  corsOrigins: {
    flags: '--cors-origins <list>',
    env: 'SANSFILM_CORS_ORIGINS',
    help: 'origins whose pages may use the DICOMweb services: * or a list separated by commas',
    default: '*',
    parse: parseCorsOrigins,
  },
  readOnly: {
    flags: '--read-only',
    env: 'SANSFILM_READ_ONLY',
    help: 'take no stores and no deletions',
  },
  noDelete: {
    flags: '--no-delete',
    env: 'SANSFILM_NO_DELETE',
    help: 'take no deletions',
  },
  ...limitOptions,
  drainDelay: {
    flags: '--drain-delay <time>',
    env: 'SANSFILM_DRAIN_DELAY',
    help: 'when asked to stop, first say for so long that it is not ready and go on serving, so that proxies turn away',
    default: '0',
    parse: parseDuration('0'),
  },
  metricsPort: {
    flags: '--metrics-port <number>',
    env: 'SANSFILM_METRICS_PORT',
    help: 'serve metrics for Prometheus at /metrics of this TCP port (default: no metrics)',
    parse: parseWholeNumber(0, 65_535),
  },
  metricsHost: {
    flags: '--metrics-host <address>',
    env: 'SANSFILM_METRICS_HOST',
    help: 'address to listen on for metrics; whoever reaches it can read them',
    default: '127.0.0.1',
    parse: parseHost,
  },
  idleTimeout: {
    flags: '--idle-timeout <time>',
    env: 'SANSFILM_IDLE_TIMEOUT',
    help: 'a request or an answer in which nothing moves for so long is cut off',
    default: '2m',
    parse: parseDuration('1s'),
  },
  sweepInterval: {
    flags: '--sweep-interval <time>',
    env: 'SANSFILM_SWEEP_INTERVAL',
    help: 'time between sweeps of what is no longer referenced; 0 for none',
    default: '6h',
    parse: parseDuration('0'),
  },
  verifyBudget: {
    flags: '--verify-budget <size>',
    env: 'SANSFILM_VERIFY_BUDGET',
    help: 'bytes of stored objects read again in a day, and compared with their digests; 0 for none',
    default: '500GB',
    parse: parseBudget,
  },
  pixelThreads: {
    flags: '--pixel-threads <number>',
    env: 'SANSFILM_PIXEL_THREADS',
    help: 'threads that decode and draw images (default: one fewer than processors, at most 8)',
    parse: parseWholeNumber(1, 64),
  },
  pixelDeadline: {
    flags: '--pixel-deadline <time>',
    env: 'SANSFILM_PIXEL_DEADLINE',
    help: 'one image that takes longer to decode or draw is given up',
    default: '30s',
    parse: parseDuration('1s'),
  },
  maxDerivedBytes: {
    flags: '--max-derived-bytes <size>',
    env: 'SANSFILM_MAX_DERIVED_BYTES',
    help: 'rendered images and transcoded frames kept on disk; where objects lie in a bucket, as much again of small ones there',
    default: '2GiB',
    parse: parseFiniteBytes,
  },
} as const satisfies OptionTable

/** Where `move` brings the archive. */
export const moveOptions = {
  toData: {
    flags: '--to-data <folder>',
    env: 'SANSFILM_TO_DATA',
    help: 'folder of the target (default: that of the archive)',
    parse: parseFolder,
  },
  toStorage: {
    flags: '--to-storage <where>',
    env: 'SANSFILM_TO_STORAGE',
    help: 'where objects are to lie, as --storage says it (default: as in the archive)',
    secret: true,
    parse: parseStorage,
  },
  toIndex: {
    flags: '--to-index <where>',
    env: 'SANSFILM_TO_INDEX',
    help: 'where the index is to lie, as --index says it (default: as in the archive)',
    secret: true,
    parse: parseIndex,
  },
  verify: {
    flags: '--verify',
    env: 'SANSFILM_MOVE_VERIFY',
    help: 'read every object again in the target, and not a sample alone',
  },
} as const satisfies OptionTable

/** Where `backup` brings the archive. */
export const backupOptions = {
  toData: {
    flags: '--to-data <folder>',
    env: 'SANSFILM_TO_DATA',
    help: 'folder of the backup, on another disk or machine: its index, snapshots of that, and objects',
    parse: parseFolder,
  },
  toStorage: {
    flags: '--to-storage <where>',
    env: 'SANSFILM_TO_STORAGE',
    help: 'where the objects of the backup lie: files, in its folder, or a bucket, as --storage says it',
    default: 'files',
    secret: true,
    parse: parseStorage,
  },
  keep: {
    flags: '--keep <number>',
    env: 'SANSFILM_KEEP',
    help: 'snapshots kept; with an older one go the bytes that only it refers to',
    default: '30',
    parse: parseWholeNumber(1, 10_000),
  },
} as const satisfies OptionTable

/** What `restore` takes from where. */
export const restoreOptions = {
  fromData: {
    flags: '--from-data <folder>',
    env: 'SANSFILM_FROM_DATA',
    help: 'folder of the backup',
    parse: parseFolder,
  },
  fromStorage: {
    flags: '--from-storage <where>',
    env: 'SANSFILM_FROM_STORAGE',
    help: 'where the objects of the backup lie, as --storage says it',
    default: 'files',
    secret: true,
    parse: parseStorage,
  },
  at: {
    flags: '--at <snapshot>',
    env: 'SANSFILM_AT',
    help: 'a snapshot by its name, as 2026-11-24T18-30-00Z (default: the newest)',
    parse: parseText,
  },
  study: {
    flags: '--study <uid>',
    env: 'SANSFILM_STUDY',
    help: 'only the study with this Study Instance UID (default: all)',
    parse: parseText,
  },
  repair: {
    flags: '--repair',
    env: 'SANSFILM_REPAIR',
    help: 'read the objects that the archive has, too, and bring those again that are missing or damaged',
  },
} as const satisfies OptionTable

/** What only `npm start` has. */
export const sampleOptions = {
  noSample: {
    flags: '--no-sample',
    env: 'SANSFILM_NO_SAMPLE',
    help: 'leave an empty archive empty, without the sample study',
  },
} as const satisfies OptionTable
