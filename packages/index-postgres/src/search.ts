import type { DerivedAttributes, Level, Query, SearchMatch } from '@sansfilm/core/adapters'
import { cursorOf, matchesQuery } from '@sansfilm/core/query'
import type { Dataset } from '@sansfilm/dicom'
import type { Probe } from './compile-condition.ts'
import { type CompiledQuery, compileCandidates, compileQuery, type Start } from './compile-query.ts'
import type { Database } from './database.ts'
import { metadataOf, withMetadataLength } from './read-metadata.ts'
import type { Statements } from './statements.ts'

/** A key that leaves no more rows than this is where the search starts; with more, the order is walked. */
const maxCandidates = 5_000

/** Rows read at a time. No connection is held between pages: who reads slowly is in nobody's way. */
const pageRows = 256

interface Row {
  readonly st_uid: string
  readonly st_position: string
  readonly st_attributes: string
  readonly st_modalities: string
  readonly st_series: number
  readonly st_instances: number
  readonly st_stored_at: number
  readonly se_uid: string
  readonly se_position: string
  readonly se_attributes: string
  readonly se_instances: number
  readonly se_stored_at: number
  readonly i_id: number
  readonly i_uid: string
  readonly i_position: string
  readonly i_attributes: string
  readonly i_stored_at: number
  readonly i_transfer_syntax: string
  /** Where metadata is asked for. */
  readonly metadata_length: number
}

const columnsOf = {
  study: ['st', 'uid', 'position', 'attributes', 'modalities', 'series', 'instances', 'stored_at'],
  series: ['se', 'uid', 'position', 'attributes', 'instances', 'stored_at'],
  instance: ['i', 'id', 'uid', 'position', 'attributes', 'stored_at', 'transfer_syntax'],
} as const

const select = (...levels: readonly Level[]): string =>
  levels
    .flatMap((level) => {
      const [alias, ...names] = columnsOf[level]
      return names.map((name) => `${alias}.${name} AS ${alias}_${name}`)
    })
    .join(', ')

const selected: Readonly<Record<Level, string>> = {
  study: select('study'),
  series: select('study', 'series'),
  instance: select('study', 'series', 'instance'),
}

/** Runs a query. @see InstanceIndex.search */
export async function startSearch(database: Database, query: Query): Promise<AsyncIterable<SearchMatch>> {
  const compiled = compileQuery(query)
  const start = await chooseStart(database, query, compiled)
  return limited(matchesIn(database, query, compiled, start), query)
}

/** @see InstanceIndex.count */
export async function countMatches(database: Database, query: Query, atMost: number): Promise<number> {
  const compiled = compileQuery(query)
  const start = await chooseStart(database, query, compiled)
  const wanted = query.offset + Math.min(query.limit ?? atMost, atMost)
  let count = 0
  if (compiled.exact) {
    for (const { sql, parameters } of compiled.stretches('1', start, query.after)) {
      if (count >= wanted) break
      const rows = `SELECT count(*) AS count FROM (${sql}) AS found`
      const left = wanted - count
      const [counted] = await database.read((db) => db.planned<{ readonly count: number }>(rows, ...parameters, left))
      count += counted?.count ?? 0
    }
  } else {
    const all = matchesIn(database, { ...query, offset: 0, withMetadata: false }, compiled, start)
    for await (const _ of all) if (++count >= wanted) break
  }
  return Math.max(0, count - query.offset)
}

/** Looks how many rows each key leaves, no further than is worth it; and what the visible groups leave together. */
async function chooseStart(
  database: Database,
  { partition, study }: Query,
  { probes, groups }: CompiledQuery,
): Promise<Start> {
  if (study !== undefined || (probes.length === 0 && groups.length === 0)) return 'in order'
  return database.read(async (db) => {
    const [ofKeys, ...ofGroups] = await Promise.all(
      [probes, ...groups].map((group) => fewestRows(db, partition, group)),
    )
    const known = ofGroups.filter((start) => start !== undefined)
    if (groups.length === 0 || known.length < groups.length) return ofKeys ?? 'in order'
    const ids = [...new Set(known.flatMap((start) => start.ids))]
    return ids.length <= (ofKeys?.ids.length ?? maxCandidates) ? { level: 'study', ids } : (ofKeys ?? 'in order')
  })
}

/** The rows of the probe that leaves the fewest; `undefined` where all leave too many. All are asked in one round trip. */
async function fewestRows(
  db: Statements,
  partition: string,
  probes: readonly Probe[],
): Promise<Exclude<Start, 'in order'> | undefined> {
  const starts = await Promise.all(
    probes.map(async (probe) => {
      const candidates = compileCandidates(probe, partition)
      if (candidates === undefined) return []
      const rows = await db.planned<{ readonly id: number }>(
        candidates.sql,
        ...candidates.parameters,
        maxCandidates + 1,
      )
      if (rows.length > maxCandidates) return []
      return [{ level: probe.level, ids: [...new Set(rows.map(({ id }) => id))] }]
    }),
  )
  return starts.flat().toSorted((left, right) => left.ids.length - right.ids.length)[0]
}

/** Every match after the cursor, without regard to limit; what `offset` skips is skipped. */
async function* matchesIn(
  database: Database,
  query: Query,
  compiled: CompiledQuery,
  start: Start,
): AsyncIterable<SearchMatch> {
  let after = query.after
  // Rows that are matches need not be read to be skipped.
  let skipUnread = compiled.exact && after === undefined ? query.offset : 0
  let toSkip = query.offset - skipUnread
  const parse = attributesParser()
  // A short page for a short limit; those that follow are long.
  let size = Math.min(pageRows, toSkip + (query.limit ?? pageRows))
  while (size > 0) {
    const rows = await readPage(database, query, compiled, start, { after, size, skip: skipUnread })
    skipUnread = 0
    const found: [Row, SearchMatch][] = []
    for (const row of rows) {
      const match = compiled.exact && toSkip > 0 ? undefined : matchOf(query.level, row, parse)
      if (match !== undefined && !compiled.exact && !matchesQuery(match, query)) continue
      if (toSkip > 0) toSkip--
      else if (match !== undefined) found.push([row, match])
    }
    if (query.withMetadata === true) yield* withMetadata(database, found)
    else yield* found.map(([, match]) => match)
    if (rows.length < size) return
    after = cursorOfRow(query.level, rows.at(-1) as Row) // a full page is not empty
    size = pageRows
  }
}

async function readPage(
  database: Database,
  { level, withMetadata }: Query,
  { stretches }: CompiledQuery,
  start: Start,
  { after, size, skip }: { readonly after: string | undefined; readonly size: number; readonly skip: number },
): Promise<readonly Row[]> {
  const columns = withMetadata === true ? `${selected[level]}, ${withMetadataLength}` : selected[level]
  const rows: Row[] = []
  for (const { sql, parameters } of stretches(columns, start, after)) {
    const left = size - rows.length
    if (left === 0) break
    rows.push(...(await database.read((db) => db.planned<Row>(`${sql} OFFSET ?`, ...parameters, left, skip))))
  }
  return rows
}

/** What was removed meanwhile is no match any more. */
async function* withMetadata(
  database: Database,
  found: readonly (readonly [Row, SearchMatch])[],
): AsyncIterable<SearchMatch> {
  const rows = found.map(([row, match]) => ({ id: row.i_id, metadata_length: row.metadata_length, match }))
  for await (const [{ match }, metadata] of metadataOf(database, rows)) yield { ...match, metadata }
}

async function* limited(matches: AsyncIterable<SearchMatch>, { limit }: Query): AsyncIterable<SearchMatch> {
  let left = limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for await (const match of matches) {
    yield match
    if (--left <= 0) return
  }
}

function cursorOfRow(level: Level, row: Row): string {
  if (level === 'study') return cursorOf([row.st_position])
  if (level === 'series') return cursorOf([row.st_position, row.se_position])
  return cursorOf([row.st_position, row.se_position, row.i_position])
}

function matchOf(level: Level, row: Row, parse: AttributesParser): SearchMatch {
  const study: DerivedAttributes = {
    modalitiesInStudy: JSON.parse(row.st_modalities) as string[], // written by setModalities
    numberOfStudyRelatedSeries: row.st_series,
    numberOfStudyRelatedInstances: row.st_instances,
    storedAt: new Date(row.st_stored_at),
  }
  const ofStudy = { study: row.st_uid, cursor: cursorOfRow(level, row) }
  const studyAttributes = parse('study', row.st_attributes)
  if (level === 'study') return { ...ofStudy, attributes: { study: studyAttributes }, derived: study }
  const series = { ...study, numberOfSeriesRelatedInstances: row.se_instances, storedAt: new Date(row.se_stored_at) }
  const ofSeries = { ...ofStudy, series: row.se_uid }
  const seriesAttributes = { study: studyAttributes, series: parse('series', row.se_attributes) }
  if (level === 'series') return { ...ofSeries, attributes: seriesAttributes, derived: series }
  return {
    ...ofSeries,
    instance: row.i_uid,
    attributes: { ...seriesAttributes, instance: parse('instance', row.i_attributes) },
    derived: { ...series, availableTransferSyntax: row.i_transfer_syntax, storedAt: new Date(row.i_stored_at) },
  }
}

type AttributesParser = (level: Level, attributes: string) => Dataset

/** Rows of one study, and of one series, come one after the other: what they share is parsed once. */
function attributesParser(): AttributesParser {
  const last: Partial<Record<Level, { readonly text: string; readonly dataset: Dataset }>> = {}
  return (level, text) => {
    const known = last[level]
    if (known?.text === text) return known.dataset
    const dataset = JSON.parse(text) as Dataset // written by fillStudy, fillSeries and writeInstance
    last[level] = { text, dataset }
    return dataset
  }
}
