import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import Database from 'better-sqlite3'
import { LookUps } from './look-ups.ts'
import { sqliteIndex } from './sqlite-index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sansfilm-index-'))

describe('look-ups', () => {
  it('are made once, until something changes, here or in another connection', () => {
    const file = join(folder, 'kept.db')
    const database = new Database(file)
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x)')
    const other = new Database(file)
    const lookUps = new LookUps(database)
    let made = 0
    const get = (...key: readonly unknown[]) => lookUps.get(key, () => ++made)
    expect([get('a'), get('a'), get('b'), get('a', undefined), get('a')]).toEqual([1, 1, 2, 3, 1])
    other.exec('INSERT INTO t VALUES (1)')
    expect([get('a'), get('a')]).toEqual([4, 4])
    lookUps.forget()
    expect(get('a')).toBe(5)
    other.close()
    database.close()
  })

  it('are kept in a bounded number', () => {
    const lookUps = new LookUps(new Database(':memory:'))
    for (let n = 0; n < 1100; n++) lookUps.get([n], () => n)
    expect(lookUps.get([1099], () => 'again')).toBe(1099)
    expect(lookUps.get([0], () => 'again')).toBe('again')
  })

  it('tell what another process has stored or removed, at once', async () => {
    const file = join(folder, 'shared.db')
    const [one, other] = [sqliteIndex({ file }), sqliteIndex({ file })]
    const record = recordOf()
    const { partition, study, series, instance } = record
    const scope = { partition, study, series, instance }
    expect(await one.state({ partition, study })).toBeUndefined()
    await other.add(record, 'refuse')
    const state = await one.state({ partition, study })
    expect(state).toEqual(await other.state({ partition, study }))
    expect((await one.frames(scope, []))?.stored.digest).toBe(record.digest)
    await other.add({ ...record, digest: 'f'.repeat(64) }, 'replace')
    expect((await one.frames(scope, []))?.stored.digest).toBe('f'.repeat(64))
    expect(await one.state({ partition, study })).not.toEqual(state)
    await other.remove({ partition, study })
    expect([await one.state({ partition, study }), await one.frames(scope, [])]).toEqual([undefined, undefined])
    await one.close()
    await other.close()
  })
})
