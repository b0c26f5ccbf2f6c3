import type {
  ArchiveStatistics,
  FrameLookup,
  InstanceScope,
  IteratedInstance,
  Partition,
  ResourceState,
  StoredInstance,
} from '@sansfilm/core/adapters'
import { keyText } from '@sansfilm/core/query'
import type { BulkDataRange, PixelDataLayout } from '@sansfilm/dicom'
import {
  type StateRow,
  type StoredRow,
  stateOf,
  stateQuery,
  storedColumns,
  storedInstanceOf,
  toBeInflated,
  withinScope,
} from '@sansfilm/index-sql'
import type { Database } from './database.ts'
import { dialect, instanceWithAbove } from './dialect.ts'
import { metadataOf, withMetadataLength } from './read-metadata.ts'
import type { Statements } from './statements.ts'

/** Rows read at a time. No connection is held between pages: who reads slowly is in nobody's way. */
const pageRows = 256

/** @see InstanceIndex.state */
export async function readState(db: Statements, scope: InstanceScope): Promise<ResourceState | undefined> {
  const { sql, parameters } = stateQuery(dialect.join, scope)
  return stateOf(await db.get<StateRow>(sql, ...parameters))
}

/** Every instance of a scope, series by series. */
export async function* iterateScope(database: Database, scope: InstanceScope): AsyncIterable<StoredInstance> {
  for await (const rows of iteratePages(database, scope)) yield* rows.map(storedInstanceOf)
}

/** The same with prepared metadata. */
export async function* iterateMetadata(
  database: Database,
  scope: InstanceScope,
): AsyncIterable<{ readonly stored: StoredInstance; readonly metadata: Uint8Array }> {
  for await (const rows of iteratePages(database, scope)) {
    for await (const [row, metadata] of metadataOf(database, rows)) yield { stored: storedInstanceOf(row), metadata }
  }
}

type ScopeRow = StoredRow & { readonly position: string; readonly metadata_length: number }

async function* iteratePages(database: Database, scope: InstanceScope): AsyncIterable<readonly ScopeRow[]> {
  const { study, series, instance, partition } = scope
  const within = withinScope({ partition, study, ...(series !== undefined && { series }) })
  const allSeries = await database.read((db) =>
    db.all<{ readonly id: number }>(
      `SELECT se.id FROM study st JOIN series se ON se.study_id = st.id WHERE ${within.sql} ORDER BY se.position`,
      ...within.parameters,
    ),
  )
  for (const { id } of allSeries) {
    let after = ''
    for (let full = true; full; ) {
      const rows = await database.read((db) =>
        db.all<ScopeRow>(
          `SELECT ${storedColumns}, ${withMetadataLength}, i.position FROM ${instanceWithAbove}
           WHERE i.series_id = ? AND i.position > ? ${instance === undefined ? '' : 'AND i.partition = ? AND i.uid = ?'}
           ORDER BY i.position LIMIT ${pageRows}`,
          id,
          after,
          ...(instance === undefined ? [] : [partition, keyText(instance)]),
        ),
      )
      yield rows
      after = rows.at(-1)?.position ?? after
      full = rows.length === pageRows
    }
  }
}

/** Every instance of a partition, or of all. */
export async function* iterateAll(
  database: Database,
  partition: Partition | undefined,
  cursor = '0',
): AsyncIterable<IteratedInstance> {
  const rows = iterateById(database, Number(cursor), (after) => ({
    sql: `SELECT ${storedColumns} FROM ${instanceWithAbove}
          WHERE i.id > ? ${partition === undefined ? '' : 'AND i.partition = ?'} ORDER BY i.id LIMIT ${pageRows}`,
    parameters: [after, ...(partition === undefined ? [] : [partition])],
  }))
  for await (const row of rows) yield { ...storedInstanceOf(row), cursor: String(row.id) }
}

/** @see InstanceIndex.notInflated */
export async function* iterateToBeInflated(database: Database): AsyncIterable<StoredInstance> {
  const rows = iterateById(database, 0, (after) => ({
    sql: `SELECT ${storedColumns} FROM (
            SELECT * FROM instance WHERE ${toBeInflated} AND id > ? ORDER BY id LIMIT ${pageRows}
          ) i
          JOIN series se ON se.id = i.series_id
          JOIN study st ON st.id = se.study_id
          ORDER BY i.id`,
    parameters: [after],
  }))
  for await (const row of rows) yield storedInstanceOf(row)
}

async function* iterateById(
  database: Database,
  first: number,
  page: (after: number) => { readonly sql: string; readonly parameters: readonly (string | number)[] },
): AsyncIterable<StoredRow> {
  let after = first
  for (let full = true; full; ) {
    const { sql, parameters } = page(after)
    const rows = await database.read((db) => db.all<StoredRow>(sql, ...parameters))
    yield* rows
    after = rows.at(-1)?.id ?? after
    full = rows.length === pageRows
  }
}

/** @see InstanceIndex.bulkData */
export async function readBulkData(db: Statements, scope: Required<InstanceScope>, path: string | undefined) {
  const row = await findInstance<{ readonly bulk_data: string }>(db, scope, 'i.bulk_data')
  if (row === undefined) return undefined
  const ranges = JSON.parse(row.bulk_data) as readonly BulkDataRange[] // written by writeInstance
  return { stored: storedInstanceOf(row), ranges: ranges.filter((range) => path === undefined || range.path === path) }
}

/** @see InstanceIndex.frames */
export async function readFrames(
  db: Statements,
  scope: Required<InstanceScope>,
  blocks: readonly number[],
): Promise<FrameLookup | undefined> {
  const row = await findInstance<{ readonly pixel_data: string | null }>(db, scope, 'i.pixel_data')
  if (row === undefined) return undefined
  const found =
    blocks.length === 0
      ? []
      : await db.all<{ readonly block: number; readonly bytes: Uint8Array }>(
          'SELECT block, bytes FROM frame_block WHERE instance_id = ? AND block = ANY(?::integer[])',
          row.id,
          blocks,
        )
  return {
    stored: storedInstanceOf(row),
    pixelData: row.pixel_data === null ? undefined : (JSON.parse(row.pixel_data) as PixelDataLayout), // as written
    blocks: new Map(found.map(({ block, bytes }) => [block, bytes])),
  }
}

/** @see InstanceIndex.references */
export async function readReferences(db: Statements, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.all<{ readonly key: string }>(
    `SELECT key FROM unnest(?::text[]) AS asked(key)
     WHERE EXISTS (SELECT 1 FROM instance WHERE object_key = key) OR EXISTS (SELECT 1 FROM instance WHERE inflated_key = key)`,
    keys.map(keyText),
  )
  return new Set(rows.map(({ key }) => key))
}

/** @see InstanceIndex.instancesIn */
export async function readInstancesIn(db: Statements, keys: readonly string[]): Promise<readonly StoredInstance[]> {
  const rows = await db.all<StoredRow>(
    `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE i.object_key = ANY(?::text[])`,
    keys.map(keyText),
  )
  return rows.map(storedInstanceOf)
}

/** @see InstanceIndex.statistics */
export async function readStatistics(db: Statements, partition: Partition): Promise<ArchiveStatistics> {
  const totals = await db.get<ArchiveStatistics>(
    `SELECT ${['studies', 'series', 'instances', 'bytes']
      .map((name) => `coalesce(sum(${name}), 0)::bigint AS ${name}`)
      .join(', ')} FROM totals WHERE partition = ?`,
    partition,
  )
  return totals ?? { studies: 0, series: 0, instances: 0, bytes: 0 }
}

function findInstance<More>(
  db: Statements,
  scope: Required<InstanceScope>,
  more: string,
): Promise<(StoredRow & More) | undefined> {
  const { sql, parameters } = withinScope(scope)
  return db.get(`SELECT ${storedColumns}, ${more} FROM ${instanceWithAbove} WHERE ${sql}`, ...parameters)
}
