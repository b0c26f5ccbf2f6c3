import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { AdapterError } from '@sansfilm/core/adapters'
import type Database from 'better-sqlite3'
import { groupCommit } from './group-commit.ts'
import { openDatabase } from './open-database.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

let file: string
let db: Database.Database

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'sansfilm-commit-')), 'index.db')
  db = openDatabase({ file })
})

afterEach(() => void db.close())

const insert = (name: string) => () => db.prepare('INSERT INTO totals (partition) VALUES (?)').run(name).changes
const names = () => db.prepare('SELECT partition FROM totals ORDER BY 1').pluck().all()

/** A log that flushes when it is told to. */
function heldLog() {
  const flushes: PromiseWithResolvers<void>[] = []
  const flush = () => {
    const held = Promise.withResolvers<void>()
    flushes.push(held)
    return held.promise
  }
  return { flushes, log: { flush, assertWhole: () => undefined } }
}

describe('groupCommit', () => {
  it('tells of a work when its commit has been flushed, and not before', async () => {
    const { flushes, log } = heldLog()
    const { commit } = groupCommit(db, log, () => undefined)
    let told: unknown
    const done = commit(insert('a')).then((changes) => (told = changes))
    while (flushes.length === 0) await nextTurn()
    expect(names()).toEqual(['a'])
    await nextTurn()
    expect(told).toBeUndefined()
    flushes[0]?.resolve()
    await done
    expect(told).toBe(1)
  })

  it('gives what comes during a flush the next commit, together, and a flush of its own', async () => {
    const { flushes, log } = heldLog()
    let commits = 0
    const { commit, settle } = groupCommit(db, log, () => void commits++)
    const first = commit(insert('a'))
    while (flushes.length === 0) await nextTurn()
    const others = ['b', 'c', 'd'].map((name) => commit(insert(name)))
    await nextTurn()
    expect([commits, flushes.length]).toEqual([1, 1])
    flushes[0]?.resolve()
    await first
    while (flushes.length === 1) await nextTurn()
    expect([commits, flushes.length]).toEqual([2, 2])
    flushes[1]?.resolve()
    await Promise.all(others)
    await settle()
    expect(names()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('rolls one faulty work back, whatever stands around it', async () => {
    const { commit } = groupCommit(db, { flush: async () => undefined, assertWhole: () => undefined }, () => undefined)
    const faulty = () => {
      insert('half')()
      throw new RangeError('a fault')
    }
    const outcomes = await Promise.allSettled([commit(insert('a')), commit(faulty), commit(insert('b'))])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { message: 'a fault' } })
    expect(names()).toEqual(['a', 'b'])
  })

  it('fails all works of a commit that cannot be flushed', async () => {
    const { flushes, log } = heldLog()
    const { commit } = groupCommit(db, log, () => undefined)
    const works = Promise.allSettled([commit(insert('a')), commit(insert('b'))])
    while (flushes.length === 0) await nextTurn()
    flushes[0]?.reject(new AdapterError('unavailable', 'no disk'))
    for (const outcome of await works) expect(outcome).toMatchObject({ reason: { code: 'unavailable' } })
  })
})

describe('WriteAheadLog', () => {
  it('flushes the file that SQLite writes, after checkpoints too', async () => {
    const log = new WriteAheadLog(file)
    const { ino } = statSync(`${file}-wal`)
    insert('a')()
    db.pragma('wal_checkpoint(TRUNCATE)')
    insert('b')()
    await log.flush()
    expect(statSync(`${file}-wal`)).toMatchObject({ ino, size: expect.any(Number) })
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0)
    log.close()
  })

  it('takes nothing more once a flush has failed', async () => {
    const log = new WriteAheadLog(file)
    // What has been closed cannot be flushed: EBADF.
    log.close()
    await expect(log.flush()).rejects.toMatchObject({ code: 'unavailable' })
    expect(() => log.assertWhole()).toThrow(AdapterError)
    const { commit } = groupCommit(db, log, () => undefined)
    await expect(commit(insert('a'))).rejects.toMatchObject({ code: 'unavailable' })
    expect(names()).toEqual([])
  })
})
