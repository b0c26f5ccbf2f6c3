import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import type { Condition, InstanceIndex, Match, Query } from '@sansfilm/core/adapters'
import { tags } from '@sansfilm/dicom'
import { compileCandidates, compileQuery, type Sql } from '@sansfilm/index-sql'
import pg from 'pg'
import { dialect } from './dialect.ts'
import { postgresIndex } from './postgres-index.ts'
import { startTestServer, type TestServer } from './testing/test-database.ts'

jest.setTimeout(60_000)

const server = await startTestServer()
if (typeof server === 'string') it.skip(`searches of postgresIndex [skipped: ${server}]`, () => {})
else {
  afterAll(() => server.stop())
  describe('searches of postgresIndex', () => casesOn(server))
}

function casesOn(server: TestServer): void {
  let client: pg.Client
  let index: InstanceIndex
  beforeAll(async () => {
    const url = await server.newArchive()
    index = await postgresIndex({ url })
    client = new pg.Client({ connectionString: url })
    await client.connect()
    // With tables this small it would read them whole.
    await client.query('SET enable_seqscan = off')
    await index.add(recordOf({ partition: 'plans' }), 'refuse')
    await client.query(`INSERT INTO study_key SELECT 'plans', '${tags.PatientID}', md5(number::text), id, number
      FROM study, generate_series(1, 20000) AS number`)
    await client.query('ANALYZE study_key')
  })
  afterAll(async () => {
    await client.end()
    await index.close()
  })

  const planOf = async ({ sql, parameters }: Sql, rows: number): Promise<string> => {
    let number = 0
    const text = `EXPLAIN ${sql.replace(/\?/g, () => `$${++number}`)}`
    const { rows: lines } = await client.query<Record<string, string>>(text, [...parameters, rows])
    return lines.map((line) => line['QUERY PLAN']).join('\n')
  }

  it.each(['study', 'series', 'instance'] as const)('for each %s walk the order in its index', async (level) => {
    const depth = { study: 1, series: 2, instance: 3 }[level]
    for (const after of [undefined, Array(depth).fill('1/1').join(' ')]) {
      const query: Query = { partition: 'default', level, conditions: [], offset: 0 }
      const stretches = compileQuery(dialect, query).stretches('1', { start: 'in order' }, after)
      const plan = await planOf(stretches.at(-1) as Sql, 10) // there is one at least
      expect(plan).toMatch(/Index (Only )?Scan using study_order/)
      expect(plan).not.toMatch(/Seq Scan/)
    }
  })

  it.each<[string, Match]>([
    ['study_key_value', { type: 'values', values: ['a', 'b'] }],
    ['study_key_value', { type: 'range', from: '20240101', to: '20240131' }],
    ['study_key_value', { type: 'wildcard', patterns: ['mul*'] }],
    ['study_key_trigrams', { type: 'wildcard', patterns: ['*uller*'] }],
    ['study_key_trigrams', { type: 'wildcard', patterns: ['*12345*'] }],
  ])('find their rows by %s alone', async (name, match) => {
    const [probe] = compileQuery(dialect, searchFor(match)).probes
    const candidates = probe && compileCandidates(dialect, probe, 'plans', true)
    const plan = await planOf(candidates as Sql, 10)
    expect(plan).toContain(name)
    expect(plan).not.toContain('BitmapAnd')
  })

  it('read what has one value as it is placed', async () => {
    await client.query(`INSERT INTO study (id, partition, uid, position, attributes)
      SELECT number, 'plans', number, number, '{}' FROM generate_series(100, 5000) AS number`)
    await client.query(`INSERT INTO study_key SELECT 'plans', '${tags.PatientSex}', 'f', number, number
      FROM generate_series(100, 5000) AS number`)
    await client.query('ANALYZE study, study_key')
    const match: Match = { type: 'values', values: ['f'] }
    const conditions: readonly Condition[] = [{ level: 'study', path: [tags.PatientSex], vr: 'CS', match }]
    const compiled = compileQuery(dialect, { ...searchFor(match), partition: 'plans', conditions })
    const [along] = compiled.probes
    if (along?.kind !== 'key') throw new Error('a value is looked up in its table')
    const [stretch] = compiled.stretches('1', { start: { along } }, undefined)
    const plan = await planOf(stretch as Sql, 10) // there is one
    expect(plan).toMatch(/Incremental Sort[\s\S]*Index Scan using study_key_value/)
  })

  it('have nothing of a request in their text', () => {
    const hostile = `'"; DROP TABLE study; --`
    const match = { type: 'wildcard', patterns: [`${hostile}*`] } as const
    const { stretches } = compileQuery(dialect, {
      partition: hostile,
      level: 'instance',
      study: hostile,
      series: hostile,
      offset: 0,
      conditions: [{ level: 'study', path: [tags.PatientID, hostile], vr: 'UN', match }],
      visibility: [[{ level: 'series', path: [hostile], vr: 'UN', match }], []],
    })
    for (const { sql } of stretches('1', { start: 'in order' }, `${hostile} ${hostile} ${hostile}`))
      expect(sql).not.toContain('DROP')
  })

  it('compare all of a value, of which the index has the beginning', async () => {
    // Random, or it would be compressed until it fits into an entry.
    const noise = Array.from({ length: 5_000 }, () => String.fromCodePoint(randomInt(0x4e00, 0x9000))).join('')
    const long = ['a', 'b'].map((end) => `${noise}${end}`)
    for (const [i, value] of [...long, noise.slice(0, 200)].entries()) {
      const studyAttributes = { [tags.PatientID]: { vr: 'LO', Value: [value] } } as const
      await index.add(recordOf({ study: i + 1, studyAttributes }), 'refuse')
    }
    const found = async (match: Match) => index.count(searchFor(match), 10)
    expect(await found({ type: 'values', values: [`${noise}a`] })).toBe(1)
    expect(await found({ type: 'values', values: [noise] })).toBe(0)
    expect(await found({ type: 'values', values: [noise.slice(0, 200)] })).toBe(1)
    expect(await found({ type: 'wildcard', patterns: [`${noise}*`] })).toBe(2)
    expect(await found({ type: 'wildcard', patterns: [`${noise.slice(0, 10)}*b`] })).toBe(1)
    expect(await found({ type: 'wildcard', patterns: [`${noise.slice(0, 200)}*`] })).toBe(3)
    expect(await found({ type: 'wildcard', patterns: [`${noise.slice(0, 201)}*`] })).toBe(2)
  })

  it('take texts that PostgreSQL refuses', async () => {
    const nul = '\0'
    const query: Query = { partition: 'default', level: 'study', conditions: [], offset: 0 }
    expect(await index.count({ ...query, study: nul }, 1)).toBe(0)
    await expect(index.count({ ...query, after: nul }, 10)).resolves.toEqual(expect.any(Number))
    expect(await index.state({ partition: 'default', study: nul })).toBeUndefined()
    expect(await index.references([nul])).toEqual(new Set())
  })
}

function searchFor(match: Match): Query {
  const condition: Condition = { level: 'study', path: [tags.PatientID], vr: 'LO', match }
  return { partition: 'default', level: 'study', conditions: [condition], offset: 0 }
}
