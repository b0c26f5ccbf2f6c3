import { AdapterError } from '@sansfilm/core/adapters'
import type { Database } from './database.ts'
import { migrations } from './schema.ts'
import type { Statements } from './statements.ts'

/** Chosen once, for everybody who migrates this database: an advisory lock has a number for a name. */
const migrationLock = 0x5a_5f_11_b0

interface Version {
  readonly version: number
  readonly since: number
}

/**
 * Brings the schema up to date, whoever starts first; the others wait, and find it done. Forwards only: a program goes on
 * with a newer schema where that says so.
 * @throws AdapterError `unavailable` where the database cannot be used, in plain words
 */
export async function prepareDatabase(database: Database): Promise<void> {
  await database.read(checkSettings)
  if ((await database.read(readVersion)).version < migrations.length) await database.change(migrate)
  const { version, since } = await database.read(readVersion)
  if (since > migrations.length) {
    throw new AdapterError(
      'unavailable',
      `The index has schema ${version}, for versions that know ${since}; this one knows ${migrations.length}`,
    )
  }
  await database.read(advanceRevisions)
}

/** What was acknowledged would be lost by a power failure otherwise, or text by another encoding. */
async function checkSettings(db: Statements): Promise<void> {
  const [settings] = await db.planned<Record<'encoding' | 'fsync' | 'commit', string>>(
    `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit`,
  )
  if (settings?.encoding !== 'UTF8') {
    throw new AdapterError('unavailable', `The database is encoded in ${settings?.encoding}; it has to be UTF8`)
  }
  if (settings.fsync === 'off' || settings.commit === 'off') {
    throw new AdapterError(
      'unavailable',
      'The database does not write synchronously: fsync or synchronous_commit is off',
    )
  }
}

export async function readVersion(db: Statements): Promise<Version> {
  const [table] = await db.planned<{ readonly name: string | null }>(`SELECT to_regclass('schema_version') AS name`)
  if (table?.name == null) return { version: 0, since: 0 }
  const [newest] = await db.planned<Version>('SELECT version, since FROM schema_version ORDER BY version DESC LIMIT 1')
  return newest ?? { version: 0, since: 0 }
}

async function migrate(db: Statements): Promise<void> {
  // Others wait here for as long as it takes; the tables themselves are not to be held up by a step that waits for one.
  await db.script('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0')
  await db.script(`SELECT pg_advisory_xact_lock(${migrationLock})`)
  await db.script(`SET LOCAL lock_timeout = '5s'`)
  await db.planned(
    'CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, since integer NOT NULL, taken_at timestamptz NOT NULL DEFAULT now())',
  )
  const { version } = await readVersion(db)
  for (const [number, { sql, since }] of migrations.entries()) {
    if (number < version) continue
    await db.script(sql)
    db.send('INSERT INTO schema_version (version, since) VALUES (?, ?)', number + 1, since)
  }
}

/** A second of changes, were there one in each microsecond. */
const margin = 1_000_000

/**
 * Revisions begin at the clock, in microseconds: they do not repeat those of an index that was lost and built again, or
 * that was restored to an earlier time. Where they are close to the clock, others may be taking some now.
 */
async function advanceRevisions(db: Statements): Promise<void> {
  await db.planned(
    `SELECT setval('change', now) FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now) clock,
       change WHERE change.last_value + ${margin} < now`,
  )
}
