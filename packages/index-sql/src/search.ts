import type { Query, SearchMatch } from '@sansfilm/core/adapters'
import { matchesQuery } from '@sansfilm/core/query'
import { chooseWay, someRows } from './choose-way.ts'
import { type CompiledQuery, compileQuery, type Way } from './compile-query.ts'
import { attributesParser, cursorOfRow, matchOf, type SearchRow, searchColumns } from './search-rows.ts'
import type { SearchSource } from './search-source.ts'

/** Rows read at a time. Nothing of the database is held between pages: who reads slowly is in nobody's way. */
const pageRows = 256

/** Runs a query. @see InstanceIndex.search */
export async function startSearch(source: SearchSource, query: Query): Promise<AsyncIterable<SearchMatch>> {
  const compiled = compileQuery(source.dialect, query)
  const way = await chooseWay(source, query, compiled)
  return limited(matchesIn(source, query, compiled, way), query)
}

/** @see InstanceIndex.count */
export async function countMatches(source: SearchSource, query: Query, atMost: number): Promise<number> {
  const compiled = compileQuery(source.dialect, query)
  const way = await chooseWay(source, query, compiled)
  const wanted = query.offset + Math.min(query.limit ?? atMost, atMost)
  if (!compiled.exact) {
    let count = 0
    const all = matchesIn(source, { ...query, offset: 0, withMetadata: false }, compiled, way)
    for await (const _ of all) if (++count >= wanted) break
    return Math.max(0, count - query.offset)
  }
  const fromFew = typeof way.start === 'object' && 'ids' in way.start
  const some = fromFew ? undefined : await someRows(source, query, compiled)
  const amongSome = some && (await countRows(source, query, compiled, { ...way, start: some }, wanted))
  const count = amongSome === wanted ? wanted : await countRows(source, query, compiled, way, wanted)
  return Math.max(0, count - query.offset)
}

/** How many rows of a way follow the cursor, up to so many; of an exact query these are the matches. */
async function countRows(
  { read }: SearchSource,
  { after }: Query,
  { stretches }: CompiledQuery,
  way: Way,
  wanted: number,
): Promise<number> {
  let count = 0
  for (const { sql, parameters } of stretches('1', way, after, 'counted')) {
    if (count >= wanted) break
    const counting = {
      sql: `SELECT count(*) AS count FROM (${sql}) AS found`,
      parameters: [...parameters, wanted - count],
    }
    const [counted] = await read((rows) => rows<{ readonly count: number }>(counting))
    count += counted?.count ?? 0
  }
  return count
}

/** Every match after the cursor, without regard to limit; what `offset` skips is skipped. */
async function* matchesIn(
  source: SearchSource,
  query: Query,
  compiled: CompiledQuery,
  way: Way,
): AsyncIterable<SearchMatch> {
  let after = query.after
  // Rows that are matches need not be read to be skipped.
  let skipUnread = compiled.exact && after === undefined ? query.offset : 0
  let toSkip = query.offset - skipUnread
  const parse = attributesParser()
  // A short page for a short limit; those that follow are long.
  let size = Math.min(pageRows, toSkip + (query.limit ?? pageRows))
  while (size > 0) {
    const rows = await readPage(source, query, compiled, way, { after, size, skip: skipUnread })
    skipUnread = 0
    const found: FoundRow[] = []
    for (const row of rows) {
      const match = compiled.exact && toSkip > 0 ? undefined : matchOf(query.level, row, parse)
      if (match !== undefined && !compiled.exact && !matchesQuery(match, query)) continue
      if (toSkip > 0) toSkip--
      else if (match !== undefined) found.push([row, match])
    }
    if (query.withMetadata === true) yield* withMetadata(source, found)
    else yield* found.map(([, match]) => match)
    if (rows.length < size) return
    after = cursorOfRow(query.level, rows.at(-1) as SearchRow) // a full page is not empty
    size = pageRows
    await source.pause()
  }
}

type FoundRow = readonly [SearchRow, SearchMatch]

async function readPage(
  { read, metadataColumns }: SearchSource,
  { level, withMetadata }: Query,
  { stretches }: CompiledQuery,
  way: Way,
  { after, size, skip }: { readonly after: string | undefined; readonly size: number; readonly skip: number },
): Promise<readonly SearchRow[]> {
  const columns = [searchColumns(level), ...(withMetadata === true ? [metadataColumns] : [])]
  const page: SearchRow[] = []
  for (const { sql, parameters } of stretches(columns.filter(Boolean).join(', '), way, after)) {
    const left = size - page.length
    if (left === 0) break
    const stretch = { sql: `${sql} OFFSET ?`, parameters: [...parameters, left, skip] }
    page.push(...(await read((rows) => rows<SearchRow>(stretch))))
  }
  return page
}

async function* withMetadata(source: SearchSource, found: readonly FoundRow[]): AsyncIterable<SearchMatch> {
  const rows = found.map(([{ i_id, metadata_length = 0 }, match]) => ({ id: i_id, metadata_length, match }))
  for await (const [{ match }, metadata] of source.metadataOf(rows)) yield { ...match, metadata }
}

async function* limited(matches: AsyncIterable<SearchMatch>, { limit }: Query): AsyncIterable<SearchMatch> {
  let left = limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for await (const match of matches) {
    yield match
    if (--left <= 0) return
  }
}
