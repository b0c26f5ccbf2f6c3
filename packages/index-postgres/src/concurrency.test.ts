import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, it, jest } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { AdapterError, type InstanceIndex, type Query } from '@sansfilm/core/adapters'
import pg from 'pg'
import { withMaintenanceLock } from './maintenance-lock.ts'
import { postgresIndex } from './postgres-index.ts'
import { migrations } from './schema.ts'
import { startPostgresProxy } from './testing/postgres-proxy.ts'
import { startTestServer, type TestServer } from './testing/test-database.ts'

jest.setTimeout(60_000)

const server = await startTestServer()
if (typeof server === 'string') it.skip(`postgresIndex among others [skipped: ${server}]`, () => {})
else {
  afterAll(() => server.stop())
  describe('postgresIndex among others', () => casesOn(server))
}

function casesOn(server: TestServer): void {
  it('counts exactly what sixteen writers in four processes store into one study', async () => {
    const url = await server.newArchive()
    // Each process stores a third of what its neighbour does as well.
    const outcomes = await Promise.all([0, 1, 2, 3].map((number) => storeInProcess(url, number * 80, 120)))
    const all = outcomes.flat()
    expect(all).toHaveLength(480)
    expect(all.filter((outcome) => outcome === 'added')).toHaveLength(360)
    expect(all.filter((outcome) => outcome === 'identical')).toHaveLength(120)
    const index = await postgresIndex({ url })
    await expectExactCounts(index, url, 360)
    await index.close()
  })

  it('lets one of several stores of one UID win, wherever they put it', async () => {
    const index = await postgresIndex({ url: await server.newArchive() })
    const { instance } = recordOf()
    for (let round = 0; round < 10; round++) {
      const records = [1, 2, 3, 4].map((study) => ({ ...recordOf({ study: 10 * round + study }), instance }))
      const uid = `${instance}.${round}`
      const added = await Promise.all(records.map((record) => index.add({ ...record, instance: uid }, 'refuse')))
      expect(added.map(({ outcome }) => outcome).sort()).toEqual(['added', 'conflict', 'conflict', 'conflict'])
    }
    expect(await index.statistics('default')).toEqual({ studies: 10, series: 10, instances: 10, bytes: 10_000 })
    await index.close()
  })

  it('moves instances between studies in both directions at once', async () => {
    const url = await server.newArchive()
    const index = await postgresIndex({ url })
    const numbers = [1, 2, 3, 4, 5, 6]
    const uid = (number: number) => `2.25.99.${number}`
    const to = (study: number, number: number, version: number) => ({
      ...recordOf({ study, instance: number, version }),
      instance: uid(number),
    })
    for (const number of numbers) await index.add(to(1 + (number % 2), number, 1), 'refuse')
    for (let version = 2; version < 6; version++) {
      const moved = numbers.map((number) => index.add(to(1 + ((number + version) % 2), number, version), 'replace'))
      for (const { outcome } of await Promise.all(moved)) expect(outcome).toBe('replaced')
    }
    expect((await index.statistics('default')).instances).toBe(numbers.length)
    await expectCountsOfRows(url)
    await index.close()
  })

  it('stores whole or not at all while its connections are ended, and tries again', async () => {
    const url = await server.newArchive()
    const index = await postgresIndex({ url, connections: 4 })
    const records = Array.from({ length: 200 }, (_, i) => recordOf({ study: 1 + (i % 3), instance: i, frames: 2 }))
    let left = records.length
    const stores = Promise.allSettled(
      records.map((record) =>
        index.add(record, 'refuse').finally(() => {
          left--
        }),
      ),
    )
    const killer = new pg.Client({ connectionString: url, application_name: 'killer' })
    await killer.connect()
    let ended = 0
    while (left > 0) {
      const { rowCount } = await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'sansfilm' AND state <> 'idle' ORDER BY random() LIMIT 1`,
      )
      ended += rowCount ?? 0
      await pause(25)
    }
    await killer.end()
    expect(ended).toBeGreaterThan(3)
    const settled = await stores
    for (const one of settled) {
      if (one.status === 'fulfilled') expect(one.value).toEqual({ outcome: 'added' })
      else expect(one.reason).toMatchObject({ code: 'unavailable' })
    }
    const added = records.filter((_, i) => settled[i]?.status === 'fulfilled')
    // Nearly all find their way: each loss costs a run of one store.
    expect(added.length).toBeGreaterThan(195)
    const stored = new Set<string>()
    for await (const { location } of index.all()) stored.add(location.key)
    expect(added.filter(({ location }) => !stored.has(location.key))).toEqual([])
    await expectCountsOfRows(url)
    await index.close()
  })

  it('knows its own store again when nobody said that it was committed', async () => {
    const url = await server.newArchive()
    const proxy = await startPostgresProxy(url)
    const index = await postgresIndex({ url: proxy.url })
    proxy.swallowNextCommit()
    expect(await index.add(recordOf(), 'refuse')).toEqual({ outcome: 'added' })
    const replaced = recordOf({ version: 2 })
    proxy.swallowNextCommit()
    const outcome = await index.add(replaced, 'replace')
    expect(outcome).toMatchObject({ outcome: 'replaced', previous: { location: recordOf().location } })
    const { partition, study, location } = replaced
    proxy.swallowNextCommit()
    expect((await index.remove({ partition, study })).map((one) => one.location)).toEqual([location])
    expect(await index.statistics('default')).toEqual({ studies: 0, series: 0, instances: 0, bytes: 0 })
    await index.close()
    await proxy.close()
  })

  it('is unavailable while the database is not there', async () => {
    const proxy = await startPostgresProxy(await server.newArchive())
    const index = await postgresIndex({ url: proxy.url })
    await index.add(recordOf(), 'refuse')
    proxy.cut()
    const { partition, study } = recordOf()
    const failures = await Promise.allSettled([
      index.check(),
      index.add(recordOf({ instance: 2 }), 'refuse'),
      index.state({ partition, study }),
      postgresIndex({ url: proxy.url }),
    ])
    for (const failure of failures) {
      expect(failure).toMatchObject({ status: 'rejected', reason: { name: 'AdapterError', code: 'unavailable' } })
    }
    await index.close()
    await proxy.close()
  })

  it('gives up on what takes too long, and has done nothing of it', async () => {
    const url = await server.newArchive()
    const index = await postgresIndex({ url, statementTimeoutMs: 300 })
    await index.add(recordOf(), 'refuse')
    const stuck = new pg.Client({ connectionString: url })
    await stuck.connect()
    await stuck.query('BEGIN; SELECT 1 FROM study FOR UPDATE')
    const refused = index.add(recordOf({ instance: 2 }), 'refuse')
    await expect(refused).rejects.toThrow(AdapterError)
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' })
    await stuck.query('ROLLBACK')
    await stuck.end()
    expect((await index.statistics('default')).instances).toBe(1)
    expect(await index.add(recordOf({ instance: 2 }), 'refuse')).toEqual({ outcome: 'added' })
    await index.close()
  })

  it('migrates once, whoever starts first', async () => {
    const url = await server.newArchive()
    const indexes = await Promise.all([1, 2, 3, 4].map(() => postgresIndex({ url, connections: 2 })))
    await Promise.all(indexes.map((index, i) => index.add(recordOf({ instance: i }), 'refuse')))
    expect(await rowsOf(url, 'SELECT version, since FROM schema_version ORDER BY version')).toEqual(
      migrations.map(({ since }, i) => ({ version: i + 1, since })),
    )
    expect((await indexes[0]?.statistics('default'))?.instances).toBe(4)
    for (const index of indexes) await index.close()
  })

  it('goes on with a newer schema that says it may, and with no other', async () => {
    const url = await server.newArchive()
    await (await postgresIndex({ url })).close()
    const known = migrations.length
    await rowsOf(url, `INSERT INTO schema_version (version, since) VALUES (${known + 1}, ${known})`)
    await (await postgresIndex({ url })).close()
    await rowsOf(url, `INSERT INTO schema_version (version, since) VALUES (${known + 2}, ${known + 1})`)
    await expect(postgresIndex({ url })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('lets one process alone maintain the archive, and tells it when others may', async () => {
    const url = await server.newArchive()
    const alone = <Result>(action: (lost: AbortSignal) => Promise<Result>) => withMaintenanceLock({ url }, action)
    const within = await alone(async () => [await alone(async () => 'also in'), 'out'])
    expect(within).toEqual([undefined, 'out'])
    expect(await alone(async () => 'in again')).toBe('in again')
    await expect(alone(() => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work')
    const lost = await alone(async (lost) => {
      const aborted = once(lost, 'abort')
      await rowsOf(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sansfilm maintenance'`,
      )
      await aborted
      return lost.reason as unknown
    })
    expect(lost).toMatchObject({ code: 'unavailable' })
  })

  it('has revisions above all that an index before it gave', async () => {
    const url = await server.newArchive()
    const index = await postgresIndex({ url })
    await rowsOf(url, `SELECT setval('change', 5)`)
    await index.close()
    const again = await postgresIndex({ url })
    await again.add(recordOf(), 'refuse')
    const { partition, study } = recordOf()
    const revision = Number((await again.state({ partition, study }))?.revision)
    expect(revision).toBeGreaterThan(Date.UTC(2026, 0, 1) * 1_000)
    await again.close()
  })
}

/** Stores instances of one study from four writers in a process of its own. @returns the outcomes */
async function storeInProcess(url: string, from: number, count: number): Promise<string[]> {
  const script = `
    import { recordOf } from ${JSON.stringify(import.meta.resolve('@sansfilm/adapter-contracts'))}
    import { postgresIndex } from ${JSON.stringify(import.meta.resolve('./postgres-index.ts'))}
    const index = await postgresIndex({ url: ${JSON.stringify(url)}, connections: 4 })
    const left = Array.from({ length: ${count} }, (_, i) => (${from} + i) % 360)
    const writer = async () => {
      for (let number = left.shift(); number !== undefined; number = left.shift()) {
        const record = recordOf({ series: 1 + number % 4, instance: number, bytes: number })
        console.log((await index.add(record, 'refuse')).outcome)
      }
    }
    await Promise.all([writer(), writer(), writer(), writer()])
    await index.close()`
  const options = ['--conditions=sansfilm-source', '--input-type=module', '-e', script]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return output.split('\n').filter((line) => line !== '')
}

async function expectExactCounts(index: InstanceIndex, url: string, instances: number): Promise<void> {
  const query: Query = { partition: 'default', level: 'study', conditions: [], offset: 0 }
  for await (const { derived } of (await index.search(query)).matches) {
    expect(derived).toMatchObject({ numberOfStudyRelatedSeries: 4, numberOfStudyRelatedInstances: instances })
  }
  const bytes = (instances * (instances - 1)) / 2
  expect(await index.statistics('default')).toEqual({ studies: 1, series: 4, instances, bytes })
  await expectCountsOfRows(url)
}

/** Whatever is counted is what counting the rows gives. */
async function expectCountsOfRows(url: string): Promise<void> {
  const wrong = await rowsOf(
    url,
    `SELECT 'series' AS level, id FROM series se WHERE (instances, bytes)::text <>
       (SELECT (count(*), sum(object_length))::text FROM instance WHERE series_id = se.id)
     UNION ALL SELECT 'study', id FROM study st WHERE (series, instances, bytes)::text <>
       (SELECT (count(*), sum(instances), sum(bytes))::text FROM series WHERE study_id = st.id)
     UNION ALL SELECT 'totals', 0 WHERE
       (SELECT (sum(studies), sum(series), sum(instances), sum(bytes))::text FROM totals) <>
       (SELECT (count(*), sum(series), sum(instances), sum(bytes))::text FROM study)
     UNION ALL SELECT 'frames', instance_id FROM frame_block WHERE instance_id NOT IN (SELECT id FROM instance)`,
  )
  expect(wrong).toEqual([])
}

async function rowsOf(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
