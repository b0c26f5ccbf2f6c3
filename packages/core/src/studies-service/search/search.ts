import type { InstanceIndex, Query, SearchMatch } from '../../adapters/index.ts'
import type { Authorization } from '../../context.ts'
import { studyGroups } from '../visibility.ts'

/** What a search found. */
export interface Found {
  readonly matches: AsyncIterable<SearchMatch>
  /** Where `limit` cut the matches off. */
  readonly cut?: {
    /** The cursor of the last match returned; absent where none was. */
    readonly after?: string
    /** Matches that follow, counted no further than `maxCounted`. */
    readonly remaining: number
  }
}

/** Up to this many matches are held until it is known whether more follow; beyond it, a second look finds out. */
const maxHeld = 1_000

/** Remaining results are counted so far: counting all of a large archive would cost more than the page. */
export const maxCounted = 100

/**
 * Runs a query as far as the authorization lets its asker see. A refusal finds nothing.
 * @see PS3.18 §8.3.4.4
 */
export async function search(query: Query, authorization: Authorization, index: InstanceIndex): Promise<Found> {
  if (authorization === false) return { matches: none() }
  const visible = authorization === true ? query : { ...query, visibility: studyGroups(authorization.visible) }
  const { limit } = visible
  if (limit === undefined) return { matches: (await index.search(visible)).matches }
  if (limit === 0) return await countOnly(visible, index)
  return limit <= maxHeld && visible.withMetadata !== true
    ? await holdPage({ ...visible, limit }, index)
    : await streamPage({ ...visible, limit }, index)
}

async function countOnly({ limit: _, ...query }: Query, index: InstanceIndex): Promise<Found> {
  const remaining = await index.count(query, maxCounted)
  return { matches: none(), ...(remaining > 0 && { cut: { remaining } }) }
}

type LimitedQuery = Query & { readonly limit: number }

async function holdPage(query: LimitedQuery, index: InstanceIndex): Promise<Found> {
  const held = await collect((await index.search({ ...query, limit: query.limit + 1 })).matches)
  const page = held.slice(0, query.limit)
  return {
    matches: iterate(page),
    ...(await cutAfter(held.length > query.limit ? page.at(-1) : undefined, query, index)),
  }
}

async function streamPage(query: LimitedQuery, index: InstanceIndex): Promise<Found> {
  const { withMetadata: _, ...light } = query
  const edge = await index.search({ ...light, offset: query.offset + query.limit - 1, limit: 2 })
  const [last, next] = await collect(edge.matches)
  const { matches } = await index.search(query)
  return { matches, ...(await cutAfter(next === undefined ? undefined : last, query, index)) }
}

async function cutAfter(last: SearchMatch | undefined, query: LimitedQuery, index: InstanceIndex) {
  if (last === undefined) return {}
  const { limit: _, withMetadata: __, ...unlimited } = query
  const remaining = await index.count({ ...unlimited, offset: 0, after: last.cursor }, maxCounted)
  return { cut: { after: last.cursor, remaining } }
}

async function* none(): AsyncIterable<SearchMatch> {}

async function* iterate(matches: readonly SearchMatch[]): AsyncIterable<SearchMatch> {
  yield* matches
}

async function collect(matches: AsyncIterable<SearchMatch>): Promise<readonly SearchMatch[]> {
  const all: SearchMatch[] = []
  for await (const match of matches) all.push(match)
  return all
}
