import { setTimeout as pause } from 'node:timers/promises'
import { AdapterError } from '@sansfilm/core/adapters'
import pg from 'pg'
import type { PostgresIndexOptions } from './options.ts'
import { adapterErrorOf } from './postgres-error.ts'

/** What one process alone may do, of all that use the database. */
export type ExclusiveWork = 'maintenance' | 'verification'

/** Chosen once, for everybody who works on an archive of this database. */
const locks: Readonly<Record<ExclusiveWork, number>> = { maintenance: 0x5a_5f_11_b1, verification: 0x5a_5f_11_b2 }

/** A holder asks the server this often whether it is still there; the answer has as much time. */
const heartbeatMs = 10_000

/**
 * Runs `action` while this process alone, of all that use the database, holds the lock; `undefined` without running it
 * where another holds it. The lock goes with the connection: `lost` aborts when that is lost, and `action` has to end then.
 * @throws AdapterError `unavailable`
 */
export async function withMaintenanceLock<Result>(
  { url }: PostgresIndexOptions,
  action: (lost: AbortSignal) => Promise<Result>,
  work: ExclusiveWork = 'maintenance',
): Promise<Result | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'sansfilm maintenance',
    connectionTimeoutMillis: heartbeatMs,
    query_timeout: heartbeatMs,
    keepAlive: true,
  })
  const lost = new AbortController()
  const done = new AbortController()
  const lose = (cause: unknown) =>
    lost.abort(new AdapterError('unavailable', 'The lock of the database was lost', { cause }))
  client.on('error', lose)
  try {
    await client.connect()
    const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${locks[work]}) AS taken`)
    if (rows[0]?.taken !== true) {
      await client.end()
      return undefined
    }
  } catch (error) {
    await client.end().catch(() => {})
    throw adapterErrorOf(error)
  }
  const heart = beat(client, done.signal).catch(lose)
  try {
    return await action(lost.signal)
  } finally {
    done.abort()
    await heart
    await client.end().catch(() => {})
  }
}

async function beat(client: pg.Client, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    await pause(heartbeatMs, undefined, { signal: done, ref: false }).catch(() => {})
    if (!done.aborted) await client.query('SELECT 1')
  }
}
