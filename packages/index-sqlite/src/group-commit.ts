import type Database from 'better-sqlite3'
import { adapterErrorOf, isHarmless } from './sqlite-error.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Runs `work` in a transaction, perhaps twice, and resolves when that is on the disk. */
export type Commit = <Result>(work: () => Result) => Promise<Result>

interface Waiting {
  readonly work: () => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Tells a caller what has become of its work. */
type Settlement = () => void

/** So many works share a commit at most: a bound on how long one transaction keeps the thread. */
const maxGroup = 256

/**
 * Collects what is asked for while the disk is busy with the last commit into one transaction, because a commit costs far
 * more than the rows in it. A work that fails is rolled back alone; when the database itself fails, all works of the group
 * have failed. What is committed is read from then on, a moment before it is on the disk and its caller is told.
 * @param committed is called after each commit, before any work is told
 * @param afterwards is awaited when the works of a commit have been told, before the next commit; it rejects for nothing
 */
export function groupCommit(
  db: Database.Database,
  log: Pick<WriteAheadLog, 'flush' | 'assertWhole'>,
  committed: () => void,
  afterwards: () => Promise<void> = async () => undefined,
): { readonly commit: Commit; readonly settle: () => Promise<void> } {
  const waiting: Waiting[] = []
  const transact = db.transaction((group: readonly Waiting[]) => group.map(({ work }) => work()))
  let scheduled: Promise<void> | undefined

  const commit: Commit = (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject }) // gets what `work` returns
      scheduled ??= nextTurn().then(commitAll)
    })

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, maxGroup)
      try {
        log.assertWhole()
        const settlements = commitGroup(group)
        await log.flush()
        for (const settle of settlements) settle()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      await afterwards()
      await nextTurn()
    }
    scheduled = undefined
  }

  function commitGroup(group: readonly Waiting[]): readonly Settlement[] {
    try {
      const results = transact.immediate(group)
      committed()
      return group.map(
        ({ resolve }, n) =>
          () =>
            resolve(results[n]),
      )
    } catch (error) {
      // The fault of one has rolled back all: each has a transaction of its own now.
      if (group.length > 1 && isHarmless(error)) return group.flatMap((work) => commitGroup([work]))
      return group.map(
        ({ reject }) =>
          () =>
            reject(adapterErrorOf(error)),
      )
    }
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
