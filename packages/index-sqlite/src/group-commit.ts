import type Database from 'better-sqlite3'
import { adapterErrorOf, isHarmless } from './sqlite-error.ts'

/** Runs `work` in a transaction, and resolves when that is on the disk. */
export type Commit = <Result>(work: () => Result) => Promise<Result>

interface Waiting {
  readonly work: () => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** So many works share a commit at most: a bound on how long one transaction keeps the thread. */
const maxGroup = 256

/**
 * Collects what is asked for in one turn of the event loop into one transaction, because a commit costs far more than the
 * rows in it. A work that fails is rolled back alone; when the database itself fails, all works of the group have failed.
 * @param committed is called after each commit, before any work is told
 */
export function groupCommit(
  db: Database.Database,
  committed: () => void,
): { readonly commit: Commit; readonly settle: () => Promise<void> } {
  const waiting: Waiting[] = []
  const begin = db.prepare('BEGIN IMMEDIATE')
  const end = db.prepare('COMMIT')
  const cancel = db.prepare('ROLLBACK')
  const save = db.prepare('SAVEPOINT work')
  const release = db.prepare('RELEASE work')
  const restore = db.prepare('ROLLBACK TO work')
  let scheduled: Promise<void> | undefined

  const commit: Commit = (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject }) // gets what `work` returns
      scheduled ??= nextTurn().then(flushAll)
    })

  async function flushAll(): Promise<void> {
    while (waiting.length > 0) {
      flush(waiting.splice(0, maxGroup))
      await nextTurn()
    }
    scheduled = undefined
  }

  function flush(group: readonly Waiting[]): void {
    const settlements: (() => void)[] = []
    try {
      begin.run()
      for (const { work, resolve, reject } of group) {
        save.run()
        try {
          const result = work()
          settlements.push(() => resolve(result))
        } catch (error) {
          if (!isHarmless(error) || !db.inTransaction) throw error
          restore.run()
          settlements.push(() => reject(error))
        }
        release.run()
      }
      end.run()
      committed()
    } catch (error) {
      // Some failures, such as a full disk, have rolled back already.
      for (const { reject } of group) reject(adapterErrorOf(error))
      if (db.inTransaction) cancel.run()
      return
    }
    for (const settle of settlements) settle()
  }

  return {
    commit,
    async settle() {
      while (scheduled !== undefined) await scheduled
    },
  }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
