import { setTimeout as pause } from 'node:timers/promises'
import { AdapterError } from '@sansfilm/core/adapters'
import pg from 'pg'
import type { PostgresIndexOptions } from './options.ts'
import { adapterErrorOf, ChangedMeanwhile, isConnectionLost, isPassing, isTaken, isUnusable } from './postgres-error.ts'
import { type Statements, statementsOn } from './statements.ts'

/** A pool of connections. Every failure that leaves it is an `AdapterError`, or a bug. */
export interface Database {
  /** Runs reads on one connection; again where that was lost. */
  read<Result>(work: (db: Statements) => Promise<Result>): Promise<Result>
  /** Runs reads once: for who asks whether the database is there. */
  readOnce<Result>(work: (db: Statements) => Promise<Result>): Promise<Result>
  /**
   * Runs `work` in a transaction, and resolves when that is on the disk. It runs again where the connection was lost or
   * others were in the way; `unsure` then is the result of a run that may have been committed, since nobody told.
   */
  change<Result>(work: (db: Statements, unsure: Result | undefined) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** What is worth trying again is tried for so long, and at least twice: a restart is over by then, a failover is not. */
const patienceMs = 3_000

/** Pauses before another run grow from the first to the last of these, each times a random number up to 1. */
const pausesMs = { first: 20, last: 1_000 } as const

/** A wait for a row that another transaction has locked. Those are short: something is stuck. */
const lockTimeoutMs = 10_000

const connectTimeoutMs = 10_000

export function openPool({ url, connections = 10, statementTimeoutMs = 30_000 }: PostgresIndexOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'sansfilm',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(lockTimeoutMs, statementTimeoutMs),
    // A process that stopped between two statements gives back its locks.
    idle_in_transaction_session_timeout: statementTimeoutMs,
    // Should the server not even say that it was too long: the network is gone.
    query_timeout: statementTimeoutMs + 5_000,
    // Statements that do not need each other's results share a round trip, and a study is locked for that much less.
    pipeline: true,
    types: { getTypeParser },
  } as pg.PoolConfig) // the types do not know `pipeline`
  // Lost connections are noticed by who uses them; the pool forgets the others.
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))

  async function onConnection<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect()
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      client.release(isUnusable(error) || client.getTransactionStatus() !== 'I')
      throw error
    }
  }

  const readOn = <Result>(work: (db: Statements) => Promise<Result>) =>
    onConnection((client) => work(statementsOn(client, ignore)))

  return {
    read: (work) => retrying(() => readOn(work)),

    readOnce: (work) =>
      readOn(work).catch((error) => {
        throw adapterErrorOf(error)
      }),

    async change<Result>(work: (db: Statements, unsure: Result | undefined) => Promise<Result>) {
      let unsure: Result | undefined
      try {
        return await retrying(() =>
          onConnection((client) =>
            transact(
              client,
              (db) => work(db, unsure),
              (result) => {
                unsure = result
              },
            ),
          ),
        )
      } catch (error) {
        // "No room" promises that nothing was written.
        if (unsure === undefined || !(error instanceof AdapterError)) throw error
        throw new AdapterError('unavailable', 'It is not known whether the change was made', { cause: error })
      }
    },

    close: () => pool.end(),
  }
}

/** @param lost is told the result where nobody says whether it was committed */
async function transact<Result>(
  client: pg.PoolClient,
  work: (db: Statements) => Promise<Result>,
  lost: (result: Result) => void,
): Promise<Result> {
  const sent: Promise<unknown>[] = []
  const db = statementsOn(client, (statement) => {
    statement.catch(ignore) // looked at below
    sent.push(statement)
  })
  try {
    // Whatever the database has as its default: every statement sees what was committed before it.
    db.send('BEGIN ISOLATION LEVEL READ COMMITTED')
    const result = await work(db)
    const commit = client.query('COMMIT')
    try {
      await Promise.all([...sent, commit])
    } catch (error) {
      if (isConnectionLost(error)) lost(result)
      throw error
    }
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(ignore)
    // What follows a statement that failed fails for that reason only.
    const [first = error] = await rejectionsOf(sent)
    throw isTaken(first) ? new ChangedMeanwhile('A UID is taken', { cause: first }) : first
  }
}

async function rejectionsOf(statements: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(statements)
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

async function retrying<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const began = Date.now()
  for (let wait: number = pausesMs.first, runs = 1; ; runs++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isPassing(error) || (runs > 1 && Date.now() - began > patienceMs)) throw adapterErrorOf(error)
    }
    await pause(Math.random() * wait)
    wait = Math.min(2 * wait, pausesMs.last)
  }
}

/** Counts, revisions and ids are below 2⁵³: the revisions begin at microseconds since 1970. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')
}

function ignore(): void {}
