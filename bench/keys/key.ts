import type { Sizes } from '../archives/sizes.ts'
import type { Studies } from '../archives/studies.ts'
import type { Patience } from '../measure/patience.ts'
import type { Fleet } from '../servers/fleet.ts'
import type { BenchServer, ServerName } from '../servers/server.ts'

/** What holds in the archives while a key is measured. The steps of `search` follow each other on the same archives. */
export type ArchiveState = 'empty' | 'studies' | 'search-0' | 'search-1' | 'search-2'

/** How our figure must stand to others'. A ratio is how many times better we are, whatever the unit. */
export interface Targets {
  readonly orthanc?: number
  readonly nginx?: number
  readonly node?: number
  /** The figure itself, at most. */
  readonly atMost?: number
  /** Megabytes of peak memory above idle, at most. */
  readonly memory?: number
}

export interface KeyContext {
  readonly studies: Studies
  readonly fleet: Fleet
  readonly sizes: Sizes
  /** A folder for what a key needs on the disk. */
  readonly work: string
  readonly patience: Patience
  /** Bytes stored in each archive up to now. */
  readonly storedBytes: number
}

/** One thing that is measured on every server. */
export interface Key {
  /** Unique; `--keys` selects by its beginning. */
  readonly name: string
  readonly measures: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly state: ArchiveState
  readonly servers: readonly ServerName[]
  readonly targets: Targets
  /** The targets are those of an archive of full size. */
  readonly ofFullSize?: true
  /** One repetition is enough: it is long, or cannot be repeated. */
  readonly once?: true
  /** @returns why the key cannot be measured on these servers, nothing where it can */
  skip?(context: KeyContext): Promise<string | undefined>
  /** Before the first repetition. @returns what is not equal in the servers' answers, nothing where all is */
  prepare?(context: KeyContext): Promise<string | undefined>
  /** One repetition. @returns the figure in `unit` */
  run(server: BenchServer, context: KeyContext): Promise<number>
}
