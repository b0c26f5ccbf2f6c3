import type { Dataset, TagPath, Uid, VR } from '@sansfilm/dicom'
import type { Partition } from './instance-index.ts'

/** The Query/Retrieve levels (PS3.4 §C.6.1.1). */
export type Level = 'study' | 'series' | 'instance'

/**
 * How a value is matched (PS3.4 §C.2.2.2, PS3.18 §8.3.4.1). Text is normalized as `normalizeForMatching` does for the VR,
 * on both sides.
 */
export type Match =
  /** Any of the values equals one of these: single value, UID list, multiple value matching. */
  | { readonly type: 'values'; readonly values: readonly string[] }
  /** Any of the values matches one of the patterns of `*` and `?`. */
  | { readonly type: 'wildcard'; readonly patterns: readonly string[] }
  /** Any of the values lies in the range, ends included; an absent end is open. DA, TM and DT, as compared texts. */
  | { readonly type: 'range'; readonly from?: string; readonly to?: string }
  /** Date and time attributes of a pair, matched as one range (PS3.4 §C.2.2.2.5.2). `time` names the other attribute. */
  | { readonly type: 'combined-range'; readonly time: TagPath; readonly from?: string; readonly to?: string }
  /** Each word starts one of the words of a name, in any order and any component group; words may hold wild cards. */
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** The attribute is absent or has no value (PS3.18 §8.3.4.5). */
  | { readonly type: 'empty' }
  /** One item of the sequence matches all of these keys; their paths start in the item (PS3.4 §C.2.2.2.6). */
  | { readonly type: 'item'; readonly keys: readonly Key[] }

/** An attribute and what it is to match. Universal matching excludes nothing, so it is no key. */
export interface Key {
  readonly path: TagPath
  readonly vr: VR
  readonly match: Match
  /**
   * The time zone that a DA, TM or DT at the top of a data set is read in, as Timezone Offset From UTC has it: `+0100`.
   * What the data set tells in another zone is moved there before it is compared. Absent: compared as it is written.
   */
  readonly timezone?: string
}

/** One search key. */
export interface Condition extends Key {
  /** The level whose attributes it looks at: the level of the search or one above. */
  readonly level: Level
}

/**
 * A search of one level.
 *
 * Order: studies by Study Date and Time, newest first, then Study Instance UID; series within a study by Series Number,
 * then UID; instances within a series by Instance Number, then UID. A study without a date stands at the day it arrived.
 * `positionOf` gives the sort key, and every index sorts by its bytes. The key is made at the first store and kept
 * through fill-in, back-fill and replacement in place, so that an iteration by cursor neither skips nor repeats.
 */
export interface Query {
  readonly partition: Partition
  readonly level: Level
  readonly study?: Uid
  readonly series?: Uid
  readonly conditions: readonly Condition[]
  /** Only what matches every condition of at least one group; absent: everything. An empty list hides all. */
  readonly visibility?: readonly (readonly Condition[])[]
  /** At most so many matches; absent: all. */
  readonly limit?: number
  /** Matches to skip. */
  readonly offset: number
  /** Only what comes after this position: the `cursor` of the last match seen. */
  readonly after?: string
  /** Instance level only: matches carry the prepared metadata, for attributes that no level keeps. */
  readonly withMetadata?: boolean
}

/** One match, with the attributes of its own level and those above, and what the index derives. */
export interface SearchMatch {
  readonly study: Uid
  readonly series?: Uid
  readonly instance?: Uid
  readonly attributes: Partial<Record<Level, Dataset>>
  readonly derived: DerivedAttributes
  readonly metadata?: Uint8Array
  /** Where this match stands in the order; opaque. */
  readonly cursor: string
}

/** What no instance says of itself but the archive knows (PS3.18 Tables 10.6.3-3 to -5). */
export interface DerivedAttributes {
  readonly modalitiesInStudy: readonly string[]
  readonly numberOfStudyRelatedSeries: number
  readonly numberOfStudyRelatedInstances: number
  readonly numberOfSeriesRelatedInstances?: number
  /** Instance level only: the syntax its bytes are stored in. */
  readonly availableTransferSyntax?: Uid
  /** When the newest instance below was stored. */
  readonly storedAt: Date
}

/** What a search finds. */
export interface SearchPage {
  /** In order, pulled as needed; never all in memory. */
  readonly matches: AsyncIterable<SearchMatch>
}
