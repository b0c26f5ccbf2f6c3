import type { Tag } from '@sansfilm/dicom'
import type { ExtraAttributes, Level, Query } from '../../adapters/index.ts'
import type { Context } from '../../context.ts'
import type { DicomwebRequest } from '../../http/message.ts'
import { levelsDownTo } from '../../query/levels.ts'
import { parseQuery } from '../../query/parse-query.ts'
import { withPrivateCreator } from '../private-tags.ts'
import { partitionRoot, type Target } from '../resources.ts'
import { searchAttributesOf, searchableLevels } from '../search-attributes.ts'
import { type SelectedSearchMediaType, selectSearchMediaType } from './media-type.ts'

/** What each result has. */
export interface ResultShape {
  readonly level: Level
  /** The levels whose attributes are returned by themselves; of the others, what is asked for. */
  readonly shownLevels: readonly Level[]
  readonly asked: ReadonlySet<Tag>
  /** `includefield=all` */
  readonly all: boolean
  /** Absolute URL of the partition, for Retrieve URL. */
  readonly root: string
}

/** A parsed search request. */
export interface SearchRequest {
  readonly mediaType: SelectedSearchMediaType
  readonly query: Query
  readonly shape: ResultShape
  /** Names of query parameters that had no effect. */
  readonly unsupported: readonly string[]
}

/**
 * Reads a search request.
 * @throws DicomwebError `bad-parameter`, `not-acceptable`
 * @see PS3.18 §10.6.1
 */
export function parseSearchRequest(
  request: Pick<DicomwebRequest, 'url' | 'headers' | 'serviceRoot'>,
  target: Target,
  level: Level,
  { partition }: Pick<Context, 'partition'>,
  extra: ExtraAttributes,
): SearchRequest {
  const { study, series } = target
  const queryString = request.url.split('?').slice(1).join('?')
  const parsed = parseQuery(queryString, level, (tag) => searchableLevels(tag, extra))
  const { conditions, includeAll, limit, offset, after, unsupported } = parsed
  const asked = new Set(parsed.includeFields.flatMap(([tag]) => (tag === undefined ? [] : withPrivateCreator(tag))))
  const withMetadata = level === 'instance' && (includeAll || [...asked].some((tag) => !isKept(tag, extra)))
  return {
    mediaType: selectSearchMediaType(request),
    query: {
      partition,
      level,
      conditions,
      offset,
      ...(study !== undefined && { study }),
      ...(series !== undefined && { series }),
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { after }),
      ...(withMetadata && { withMetadata }),
    },
    shape: {
      level,
      shownLevels: levelsDownTo(level).filter((each) => each === level || !isNamed(each, target)),
      asked,
      all: includeAll,
      root: partitionRoot(request.serviceRoot, partition),
    },
    unsupported,
  }
}

/** What the target names is known to who asks: its attributes are left out (PS3.18 §10.6.3.3.2, §10.6.3.3.3). */
function isNamed(level: Level, { study, series }: Pick<Target, 'study' | 'series'>): boolean {
  return level === 'study' ? study !== undefined : level === 'series' && series !== undefined
}

function isKept(tag: Tag, extra: ExtraAttributes): boolean {
  return levelsDownTo('instance').some(
    (level) =>
      searchAttributesOf[level].some((row) => row.tag === tag) ||
      extra[level].some(([first]) => first !== undefined && withPrivateCreator(first).includes(tag)),
  )
}
