import type {
  FrameLookup,
  InstanceScope,
  IteratedInstance,
  Partition,
  ResourceState,
  StoredInstance,
} from '@sansfilm/core/adapters'
import type { BulkDataRange, PixelDataLayout, VR } from '@sansfilm/dicom'
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
import { dialect, instanceWithAbove } from './dialect.ts'
import { guarded } from './sqlite-error.ts'
import type { Statements } from './statements.ts'

/** Rows read at a time: no statement stays open while a caller is busy, since that would hold up every write. */
const pageRows = 256

/** Metadata of so many bytes ends a page. */
const pageBytes = 1024 * 1024

/** @see InstanceIndex.state */
export function readState(db: Statements, scope: InstanceScope): ResourceState | undefined {
  const { sql, parameters } = stateQuery(dialect.join, scope)
  return stateOf(db.get<StateRow>(sql, ...(parameters as readonly string[]))) // of a scope
}

/** Every instance of a scope, series by series. */
export function iterateScope(db: Statements, scope: InstanceScope): AsyncIterable<StoredRow> {
  return iterateRows(scope, db, storedColumns, instanceWithAbove)
}

/** The same with prepared metadata. One query reads a page of both, rather than one for each instance. */
export function iterateMetadata(
  db: Statements,
  scope: InstanceScope,
): AsyncIterable<StoredRow & { readonly metadata: Uint8Array }> {
  const tables = `${instanceWithAbove} CROSS JOIN metadata m ON m.instance_id = i.id`
  return iterateRows(scope, db, `${storedColumns}, m.metadata`, tables)
}

async function* iterateRows<Row extends StoredRow>(
  scope: InstanceScope,
  db: Statements,
  columns: string,
  tables: string,
): AsyncIterable<Row> {
  const { study, series, instance, partition } = scope
  const within = withinScope({ partition, study, ...(series !== undefined && { series }) })
  const allSeries = guarded(() =>
    db.all<{ readonly id: number }>(
      `SELECT se.id FROM study st CROSS JOIN series se ON se.study_id = st.id WHERE ${within.sql} ORDER BY se.position`,
      ...within.parameters,
    ),
  )
  for (const { id } of allSeries) {
    let after: string | undefined = ''
    while (after !== undefined) {
      const page: Page<Row> = guarded(() =>
        readPage(
          db.iterate<Row & Positioned>(
            `SELECT ${columns}, i.position FROM ${tables}
             WHERE i.series_id = ? AND i.position > ? ${instance === undefined ? '' : 'AND i.partition = ? AND i.uid = ?'}
             ORDER BY i.position LIMIT ${pageRows}`,
            id,
            after ?? '',
            ...(instance === undefined ? [] : [partition, instance]),
          ),
        ),
      )
      yield* page.rows
      after = page.after
    }
  }
}

interface Positioned {
  readonly position: string
  readonly metadata?: Uint8Array
}

interface Page<Row> {
  readonly rows: readonly Row[]
  /** Where the next page begins; `undefined` where this is the last. */
  readonly after: string | undefined
}

function readPage<Row extends Positioned>(found: Iterable<Row>): Page<Row> {
  const rows: Row[] = []
  let bytes = 0
  for (const row of found) {
    rows.push(row)
    bytes += row.metadata?.length ?? 0
    if (bytes >= pageBytes || rows.length === pageRows) return { rows, after: row.position }
  }
  return { rows, after: undefined }
}

/** Every instance of a partition, or of all. */
export async function* iterateAll(
  db: Statements,
  partition: Partition | undefined,
  cursor = '0',
): AsyncIterable<IteratedInstance> {
  let after = Number(cursor)
  for (let full = true; full; ) {
    const rows = guarded(() =>
      db.all<StoredRow>(
        `SELECT ${storedColumns} FROM ${instanceWithAbove}
         WHERE i.id > ? ${partition === undefined ? '' : 'AND i.partition = ?'} ORDER BY i.id LIMIT ${pageRows}`,
        after,
        ...(partition === undefined ? [] : [partition]),
      ),
    )
    for (const row of rows) yield { ...storedInstanceOf(row), cursor: String(row.id) }
    after = rows.at(-1)?.id ?? after
    full = rows.length === pageRows
  }
}

/** @see InstanceIndex.notInflated */
export async function* iterateToBeInflated(db: Statements): AsyncIterable<StoredInstance> {
  let after = 0
  for (let full = true; full; ) {
    const rows = guarded(() =>
      db.all<StoredRow>(
        `SELECT ${storedColumns} FROM (
           SELECT * FROM instance INDEXED BY instance_to_be_inflated WHERE ${toBeInflated} AND id > ?
           ORDER BY id LIMIT ${pageRows}
         ) i
         CROSS JOIN series se ON se.id = i.series_id
         CROSS JOIN study st ON st.id = se.study_id`,
        after,
      ),
    )
    yield* rows.map(storedInstanceOf)
    after = rows.at(-1)?.id ?? after
    full = rows.length === pageRows
  }
}

/** The prepared metadata of one instance; `undefined` where it went meanwhile. */
export function readMetadata(db: Statements, id: number): Uint8Array | undefined {
  return db.get<{ readonly metadata: Uint8Array }>('SELECT metadata FROM metadata WHERE instance_id = ?', id)?.metadata
}

/** @see InstanceIndex.bulkData */
export function readBulkData(db: Statements, scope: Required<InstanceScope>, path: string | undefined) {
  const row = findInstance(db, scope)
  if (row === undefined) return undefined
  const ranges = db.all<Omit<BulkDataRange, 'encapsulated'> & { readonly vr: VR; readonly encapsulated: number }>(
    `SELECT path, vr, offset, length, encapsulated FROM bulk_data
     WHERE instance_id = ? ${path === undefined ? '' : 'AND path = ?'} ORDER BY ordinal`,
    row.id,
    ...(path === undefined ? [] : [path]),
  )
  return {
    stored: storedInstanceOf(row),
    ranges: ranges.map((range) => ({ ...range, encapsulated: range.encapsulated === 1 })),
  }
}

/** @see InstanceIndex.frames */
export function readFrames(
  db: Statements,
  scope: Required<InstanceScope>,
  blocks: readonly number[],
): FrameLookup | undefined {
  const row = findInstance(db, scope)
  if (row === undefined) return undefined
  const found = new Map<number, Uint8Array>()
  for (const block of blocks) {
    const bytes = db.get<{ readonly bytes: Uint8Array }>(
      'SELECT bytes FROM frame_block WHERE instance_id = ? AND block = ?',
      row.id,
      block,
    )?.bytes
    if (bytes !== undefined) found.set(block, bytes)
  }
  const pixelData = row.pixel_data === null ? undefined : (JSON.parse(row.pixel_data) as PixelDataLayout) // as written
  return { stored: storedInstanceOf(row), pixelData, blocks: found }
}

/** @see InstanceIndex.references */
export function readReferences(db: Statements, keys: readonly string[]): ReadonlySet<string> {
  const rows = db.all<{ readonly key: string }>(
    `SELECT value AS key FROM json_each(?) WHERE EXISTS (SELECT 1 FROM instance WHERE object_key = value)
       OR EXISTS (SELECT 1 FROM instance WHERE inflated_key = value)`,
    JSON.stringify(keys),
  )
  return new Set(rows.map(({ key }) => key))
}

/** @see InstanceIndex.instancesIn */
export function readInstancesIn(db: Statements, keys: readonly string[]): readonly StoredInstance[] {
  const rows = db.all<StoredRow>(
    `SELECT ${storedColumns} FROM json_each(?) CROSS JOIN ${instanceWithAbove} WHERE i.object_key = value`,
    JSON.stringify(keys),
  )
  return rows.map(storedInstanceOf)
}

function findInstance(db: Statements, scope: Required<InstanceScope>) {
  const { partition, study, series, instance } = scope
  return db.get<StoredRow & { readonly pixel_data: string | null }>(
    `SELECT ${storedColumns}, i.pixel_data FROM ${instanceWithAbove}
     WHERE i.partition = ? AND i.uid = ? AND se.uid = ? AND st.uid = ?`,
    partition,
    instance,
    series,
    study,
  )
}
