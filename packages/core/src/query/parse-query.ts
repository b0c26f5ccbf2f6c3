import { lookupTag, parseTagPath, type Tag, type TagPath, tags, type VR, vrs } from '@sansfilm/dicom'
import type { Condition, Level, Match } from '../adapters/query.ts'
import { DicomwebError } from '../errors.ts'
import { combineKeys } from './combine-keys.ts'
import { utcOffset } from './date-time.ts'
import { KeyValueError, type MatchingOptions, matchOf } from './key-value.ts'
import { levels, levelsDownTo } from './levels.ts'
import { positionsOf } from './position.ts'
import {
  badParameter,
  booleanParameter,
  integerParameter,
  readSearchParameters,
  type SearchParameters,
  singleParameter,
} from './search-parameters.ts'
import { hasTimezone } from './time-zone.ts'

/** A search as its query string asks for it. */
export interface ParsedQuery {
  readonly conditions: readonly Condition[]
  /** Attributes to return beside those returned always: `includefield`, and every key (PS3.18 §10.6.3.3). */
  readonly includeFields: readonly TagPath[]
  readonly includeAll: boolean
  readonly limit?: number
  readonly offset: number
  readonly after?: string
  /** Names of parameters that had no effect. */
  readonly unsupported: readonly string[]
}

/** Far more than the attributes that a client looks for. */
const maxKeys = 100

/** Whether, and at which levels, the attributes with this tag can be searched for. */
export type SearchableLevels = (tag: Tag) => readonly Level[]

/**
 * Reads the query string of a search.
 * @param queryString without its question mark, percent-encoded
 * @throws DicomwebError `bad-parameter`, which names the parameter
 * @see PS3.18 §8.3.4, §10.6.1.2
 */
export function parseQuery(queryString: string, level: Level, searchableLevels: SearchableLevels): ParsedQuery {
  const parameters = readSearchParameters(queryString)
  if (parameters.keys.length > maxKeys) {
    throw new DicomwebError('bad-request', `A search takes at most ${maxKeys} keys.`)
  }
  const given = keysByPath(parameters)
  const timezone = parseTimezone(given.get(tags.TimezoneOffsetFromUTC))
  const options = {
    ...(timezone !== undefined && { timezone }),
    fuzzyMatching: booleanParameter(parameters, 'fuzzymatching'),
    emptyValueMatching: booleanParameter(parameters, 'emptyvaluematching'),
    multipleValueMatching: booleanParameter(parameters, 'multiplevaluematching'),
  }
  const keys = [...given.values()].map((key) => parseKey(key, level, searchableLevels, options))
  const known = keys.filter((key) => 'path' in key)
  const conditions = known.flatMap(({ path, vr, match, level }): Condition[] => {
    if (match === undefined) return []
    const inZone = timezone !== undefined && path.length === 1 && hasTimezone(vr)
    return [{ path, vr, match, level, ...(inZone && { timezone }) }]
  })
  const limit = integerParameter(parameters, 'limit')
  const after = parseAfter(parameters, level)
  return {
    conditions: combineKeys(conditions),
    ...parseIncludeFields(
      parameters,
      known.map(({ path }) => path),
    ),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    offset: integerParameter(parameters, 'offset') ?? 0,
    unsupported: keys.flatMap((key) => ('unsupported' in key ? [key.unsupported] : [])),
  }
}

/** The form in which a cursor stands in a URL. */
export function formatAfter(cursor: string): string {
  return Buffer.from(cursor).toString('base64url')
}

interface GivenKey {
  readonly name: string
  readonly path: TagPath | undefined
  readonly value: string
}

type ParsedKey =
  | { readonly path: TagPath; readonly vr: VR; readonly level: Level; readonly match: Match | undefined }
  | { readonly unsupported: string }

/**
 * The keys by what they name. "Each attribute in the Query Parameter shall be not be repeated" (PS3.18 §8.3.4.1); lists of
 * UIDs may, since clients build them so.
 */
function keysByPath({ keys }: SearchParameters): ReadonlyMap<string, GivenKey> {
  const byPath = new Map<string, GivenKey>()
  for (const [name, value] of keys) {
    const path = parseTagPath(name)
    const id = path?.join('.') ?? name
    const earlier = byPath.get(id)
    if (earlier === undefined || earlier.value === value || path === undefined) byPath.set(id, { name, path, value })
    else if (vrOf(path) === 'UI') byPath.set(id, { name, path, value: `${earlier.value},${value}` })
    else throw badParameter(name, 'one value, but stands more than once')
  }
  return byPath
}

function parseKey(
  { name, path, value }: GivenKey,
  level: Level,
  searchableLevels: SearchableLevels,
  options: MatchingOptions,
): ParsedKey {
  if (path === undefined) return { unsupported: name }
  if (isTimezone(path)) return { path, vr: 'SH', level, match: undefined } // returned as any key, and never matched
  const kept = searchableLevels(path[0] as Tag) // no path is empty
  const keyLevel = levelsDownTo(level).findLast((each) => kept.includes(each))
  const vr = vrOf(path)
  const throughSequences = path.slice(0, -1).every((tag) => (lookupTag(tag)?.vr ?? 'SQ') === 'SQ')
  if (keyLevel === undefined || !throughSequences || (vrs[vr].json === 'binary' && vr !== 'UN')) {
    return { unsupported: name }
  }
  try {
    return { path, vr, level: keyLevel, match: matchOf(vr, value, options) }
  } catch (error) {
    if (error instanceof KeyValueError) throw badParameter(name, error.message)
    throw error
  }
}

function isTimezone(path: TagPath): boolean {
  return path.length === 1 && path[0] === tags.TimezoneOffsetFromUTC
}

/**
 * "If the Timezone Offset From UTC (0008,0201) Attribute is specified in the request, dates and times in the request are to
 * be interpreted in the specified time zone" (PS3.18 §8.3.4.1.1).
 */
function parseTimezone(key: GivenKey | undefined): string | undefined {
  if (key === undefined || key.value.trim() === '') return undefined
  // In a query string `+` is a space, and a client may not have escaped it.
  const offset = key.value.replace(/^ /, '+').trim()
  if (utcOffset(offset) === undefined) throw badParameter(key.name, 'an offset from UTC: +0100, -0530')
  return offset
}

/** Private attributes have no VR before one is read: they are compared as text. */
function vrOf(path: TagPath): VR {
  return lookupTag(path.at(-1) as Tag)?.vr ?? 'UN' // no path is empty
}

function parseIncludeFields(
  parameters: SearchParameters,
  keys: readonly TagPath[],
): Pick<ParsedQuery, 'includeAll' | 'includeFields'> {
  const names = parameters
    .of('includefield')
    .flatMap((value) => value.split(/[,\\]/))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  // "all" stands alone by the standard; beside others it says all the same.
  const includeFields = names.filter((name) => name !== 'all').map(parseIncludeField)
  return { includeAll: names.includes('all'), includeFields: [...keys, ...includeFields] }
}

function parseIncludeField(name: string): TagPath {
  const path = parseTagPath(name)
  if (path === undefined) throw badParameter('includefield', 'tags and keywords of attributes, paths of them, or all')
  return path
}

/** One position for each level down to that of the search. */
function parseAfter(parameters: SearchParameters, level: Level): string | undefined {
  const value = singleParameter(parameters, 'after')
  if (value === undefined) return undefined
  const cursor = Buffer.from(value, 'base64url').toString()
  const count = levels.indexOf(level) + 1
  if (!/^[0-9z./ ]+$/.test(cursor) || positionsOf(cursor).length !== count) {
    throw badParameter('after', 'what the next link of an earlier answer has')
  }
  return cursor
}
