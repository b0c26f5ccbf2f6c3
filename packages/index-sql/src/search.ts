import type { Query, SearchMatch } from '@sansfilm/core/adapters'
import { matchesQuery } from '@sansfilm/core/query'
import { chooseWay, someRows } from './choose-way.ts'
import { type CompiledQuery, compileQuery } from './compile-query.ts'
import { attributesParser, cursorOfRow, matchOf, type SearchRow, searchColumns } from './search-rows.ts'
import type { SearchSource } from './search-source.ts'
import { type ChosenWay, statementsAlong } from './steps.ts'

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
  const { start } = way
  const some = start === 'in order' || 'along' in start ? await someRows(source, query, compiled) : undefined
  const amongSome = some && (await countRows(source, query, compiled, { ...way, start: some }, wanted))
  const count = amongSome === wanted ? wanted : await countRows(source, query, compiled, way, wanted)
  return Math.max(0, count - query.offset)
}

/** How many rows of a way follow the cursor, up to so many; of an exact query these are the matches. */
async function countRows(
  source: SearchSource,
  query: Query,
  compiled: CompiledQuery,
  way: ChosenWay,
  wanted: number,
): Promise<number> {
  let count = 0
  const counting = { columns: '1', after: query.after, counted: 'counted' } as const
  for await (const { sql, parameters } of statementsAlong(source, query, compiled, way, counting)) {
    const [counted] = await source.read((rows) =>
      rows<{ readonly count: number }>({
        sql: `SELECT count(*) AS count FROM (${sql}) AS found`,
        parameters: [...parameters, wanted - count],
      }),
    )
    count += counted?.count ?? 0
    if (count >= wanted) break
  }
  return count
}

/** Every match after the cursor, without regard to limit; what `offset` skips is skipped. */
async function* matchesIn(
  source: SearchSource,
  query: Query,
  compiled: CompiledQuery,
  way: ChosenWay,
): AsyncIterable<SearchMatch> {
  let after = query.after
  // Rows that are matches need not be read to be skipped.
  const isOneStatement = after === undefined && (typeof way.start === 'string' || !('texts' in way.start))
  let skipUnread = compiled.exact && isOneStatement ? query.offset : 0
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
  source: SearchSource,
  query: Query,
  compiled: CompiledQuery,
  way: ChosenWay,
  { after, size, skip }: { readonly after: string | undefined; readonly size: number; readonly skip: number },
): Promise<readonly SearchRow[]> {
  const ofMetadata = query.withMetadata === true ? [source.metadataColumns] : []
  const columns = [searchColumns(query.level), ...ofMetadata].filter(Boolean).join(', ')
  const page: SearchRow[] = []
  for await (const { sql, parameters } of statementsAlong(source, query, compiled, way, { columns, after })) {
    const stretch = { sql: `${sql} OFFSET ?`, parameters: [...parameters, size - page.length, skip] }
    page.push(...(await source.read((rows) => rows<SearchRow>(stretch))))
    if (page.length >= size) break
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
