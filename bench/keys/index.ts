import { firstImageKeys } from './first-image.ts'
import { footprintKeys } from './footprint.ts'
import { frameKeys } from './frames.ts'
import { importKeys } from './import.ts'
import type { Key } from './key.ts'
import { metadataKeys } from './metadata.ts'
import { mixedKeys } from './mixed.ts'
import { renderedKeys } from './rendered.ts'
import { searchKeys, searchNames } from './search.ts'
import { seriesKeys } from './series.ts'
import { storeKeys } from './store.ts'
import { transcodedKeys } from './transcoded.ts'

/** Everything that is measured, in the order of the report. What stores into an archive of studies is last of it. */
export const keys: readonly Key[] = [
  ...storeKeys,
  ...importKeys,
  ...searchKeys,
  ...metadataKeys,
  ...seriesKeys,
  ...frameKeys,
  ...firstImageKeys,
  ...footprintKeys,
  ...renderedKeys,
  ...transcodedKeys,
  ...mixedKeys,
]

/** Two of our own figures of which one must not be worse than so many times the other. */
export interface GrowthRule {
  readonly of: string
  readonly against: string
  readonly atMost: number
}

/** What size must not change. */
export const growthRules: readonly GrowthRule[] = [
  ...searchNames.map((name) => ({ of: `search-${name}-2`, against: `search-${name}-0`, atMost: 1.5 })),
  { of: 'frame-1000-last', against: 'frame-1000-first', atMost: 1.15 },
  { of: 'frame-20000-last', against: 'frame-20000-first', atMost: 1.15 },
  { of: 'listen-full', against: 'listen-empty', atMost: 1.5 },
]
