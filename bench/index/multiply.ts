import Database from 'better-sqlite3'
import pg from 'pg'

/**
 * Gives every series of an index, which has its first instance by `add`, all the others: rows that `add` would make, as
 * copies of the first with another UID, number, place, digest and key. An index of ten million instances is made in
 * minutes; one by one it would take an hour. Not for an archive: while it runs, nothing is flushed.
 */
export async function multiplyInstances(place: string, instances: number): Promise<void> {
  if (/^postgres(ql)?:/.test(place)) await multiplyInPostgres(place, instances)
  else multiplyInSqlite(place, instances)
}

/** Series at a time. */
const batch = 500

const levels = ['series', 'study'] as const

function multiplyInSqlite(file: string, instances: number): void {
  const db = new Database(file)
  // From a log to none there is no direct way.
  db.pragma('journal_mode = DELETE')
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -400000')
  db.exec(`CREATE TEMP TABLE number AS WITH RECURSIVE number(n) AS (
    SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ${instances}) SELECT n FROM number`)
  const { last } = db.prepare('SELECT max(id) AS last FROM instance').get() as { last: number } // as selected
  const copy =
    db.prepare(`INSERT INTO instance (series_id, partition, uid, position, sop_class, transfer_syntax, object_key,
      object_offset, object_length, digest, revision, stored_at, attributes, pixel_data)
    SELECT series_id, partition, base || n, printf('%010d', 2147483648 + n) || '/' || base || n, sop_class, transfer_syntax,
      object_key || '-' || n, object_offset, object_length, lower(hex(randomblob(32))), revision, stored_at + n,
      replace(replace(attributes, uid, base || n), '"00200013":{"vr":"IS","Value":[1]}',
        '"00200013":{"vr":"IS","Value":[' || n || ']}'), pixel_data
    FROM (SELECT *, substr(uid, 1, length(uid) - 1) AS base FROM instance WHERE id > ? AND id <= ?) CROSS JOIN number`)
  const others = db.prepare(`INSERT INTO metadata SELECT i.id, m.metadata FROM instance i
    CROSS JOIN (SELECT metadata FROM metadata LIMIT 1) m WHERE i.id > ?`)
  const bulkData =
    db.prepare(`INSERT INTO bulk_data SELECT i.id, b.path, b.ordinal, b.vr, b.offset, b.length, b.encapsulated
    FROM instance i CROSS JOIN (SELECT * FROM bulk_data WHERE instance_id = (SELECT min(instance_id) FROM bulk_data)) b
    WHERE i.id > ?`)
  let copied = last
  for (let from = 0; from < last; from += batch) {
    db.transaction(() => {
      copied = Number(copy.run(from, Math.min(from + batch, last)).lastInsertRowid)
      const before = copied - Math.min(batch, last - from) * (instances - 1)
      others.run(before)
      bulkData.run(before)
    })()
  }
  for (const level of levels) {
    db.exec(`UPDATE ${level} SET instances = instances * ${instances}, bytes = bytes * ${instances}`)
  }
  db.exec(`UPDATE totals SET instances = instances * ${instances}, bytes = bytes * ${instances}`)
  db.close()
}

async function multiplyInPostgres(url: string, instances: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('SET synchronous_commit = off; SET session_replication_role = replica')
  const { rows } = await client.query<{ id: string }>('SELECT id FROM series ORDER BY id')
  for (let from = 0; from < rows.length; from += batch) {
    const [first, last] = [rows[from]?.id, rows[Math.min(from + batch, rows.length) - 1]?.id]
    await client.query(
      `INSERT INTO instance (id, series_id, partition, uid, position, sop_class, transfer_syntax, object_key, object_offset,
         object_length, digest, revision, stored_at, attributes, pixel_data, bulk_data, metadata)
       SELECT nextval('change'), series_id, partition, base || n, (2147483648 + n)::text || '/' || base || n, sop_class,
         transfer_syntax, object_key || '-' || n, object_offset, object_length,
         md5(base || n) || md5(n || base), revision, stored_at + n,
         replace(replace(attributes, uid, base || n), '"00200013":{"vr":"IS","Value":[1]}',
           '"00200013":{"vr":"IS","Value":[' || n || ']}'), pixel_data, bulk_data, metadata
       FROM (SELECT *, left(uid, -1) AS base FROM instance WHERE series_id BETWEEN $1 AND $2 ORDER BY series_id) i,
         generate_series(2, $3::int) AS n`,
      [first, last, instances],
    )
  }
  for (const table of ['series', 'study', 'totals']) {
    await client.query(`UPDATE ${table} SET instances = instances * ${instances}, bytes = bytes * ${instances}`)
  }
  await client.query('VACUUM (ANALYZE)')
  await client.end()
}
