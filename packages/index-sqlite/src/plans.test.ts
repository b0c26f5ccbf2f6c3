import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import type { Condition, Level, Query } from '@sansfilm/core/adapters'
import { tags } from '@sansfilm/dicom'
import { compileCandidates, compileQuery, type Start } from '@sansfilm/index-sql'
import { dialect } from './dialect.ts'
import { openDatabase } from './open-database.ts'

const db = openDatabase({ file: join(mkdtempSync(join(tmpdir(), 'sansfilm-index-')), 'plans.db') })
afterAll(() => void db.close())

const conditions: readonly Condition[] = [
  { level: 'study', path: [tags.PatientName], vr: 'PN', match: { type: 'words', words: ['a', 'b*c'] } },
  { level: 'study', path: [tags.PatientID], vr: 'LO', match: { type: 'values', values: ['a', 'b'] } },
  { level: 'study', path: [tags.StudyDate], vr: 'DA', match: { type: 'range', from: '20240101' } },
  { level: 'study', path: [tags.StudyID], vr: 'SH', match: { type: 'empty' } },
  { level: 'study', path: [tags.PatientComments], vr: 'LT', match: { type: 'wildcard', patterns: ['*long text*'] } },
  {
    level: 'study',
    path: [tags.StudyDate],
    vr: 'DA',
    match: { type: 'values', values: ['20240101'] },
    timezone: '+0100',
  },
]

const query = (level: Level, more: Partial<Query> = {}): Query => ({
  partition: 'default',
  level,
  conditions,
  offset: 0,
  ...more,
})

/** How SQLite would run the statements that give what follows a cursor. */
function plansOf(query: Query, start: Start, after: string | undefined): readonly string[] {
  return compileQuery(dialect, query)
    .stretches('1', { start }, after)
    .flatMap(({ sql, parameters }) => planOf(sql, ...parameters, 10))
}

function planOf(sql: string, ...parameters: readonly unknown[]): readonly string[] {
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters)
  return rows.map((row) => (row as { detail: string }).detail) // as SQLite describes a plan
}

describe('a compiled query', () => {
  it.each(['study', 'series', 'instance'] as const)(
    'for each %s walks the order in indexes, without sorting',
    (level) => {
      const depth = { study: 1, series: 2, instance: 3 }[level]
      for (const after of [undefined, Array(depth).fill('1/1').join(' ')]) {
        const plans = plansOf(query(level), 'in order', after)
        expect(plans.filter((line) => /SCAN (?!json_each)|TEMP B-TREE/.test(line))).toEqual([])
        expect(plans.filter((line) => /study_order/.test(line))).toHaveLength(after === undefined ? 1 : depth)
      }
    },
  )

  it('of one study or series starts there', () => {
    const plans = plansOf(query('instance', { study: '1.2', series: '1.3' }), 'in order', undefined)
    expect(plans.filter((line) => /study_uid|series_uid/.test(line))).toHaveLength(2)
    expect(plans.filter((line) => /TEMP B-TREE|SCAN (?!json_each)/.test(line))).toEqual([])
  })

  it('starts from a few rows where a key leaves few', () => {
    for (const level of ['study', 'series', 'instance'] as const) {
      const plans = plansOf(query('instance'), { level, ids: [1, 2] }, undefined)
      expect(plans[0]).toMatch(/SCAN chosen/)
      expect(plans.filter((line) => /SCAN (?!json_each|chosen)/.test(line))).toEqual([])
    }
  })

  it('sorts few rows for an answer, and none to count them', () => {
    const sorts = (counted?: 'counted') =>
      compileQuery(dialect, query('study'))
        .stretches('1', { start: { level: 'study', ids: [1, 2] } }, undefined, counted)
        .flatMap(({ sql, parameters }) => planOf(sql, ...parameters, 10))
        .filter((line) => /FOR ORDER BY/.test(line))
    expect([sorts().length, sorts('counted').length]).toEqual([1, 0])
  })

  it('finds those rows in the index of values', () => {
    for (const probe of compileQuery(dialect, query('study')).probes) {
      const candidates = compileCandidates(dialect, probe, 'default', true)
      if (candidates === undefined) continue
      const plans = db.prepare(`EXPLAIN QUERY PLAN ${candidates.sql}`).all(...candidates.parameters, 10)
      expect(JSON.stringify(plans)).toMatch(
        /SEARCH k USING (COVERING INDEX|PRIMARY KEY).*partition=\? AND path=\? AND value/,
      )
    }
  })

  it('reads what has one value as it is placed, and sorts no more than what has one place', () => {
    const [, patient] = conditions
    const one = { ...patient, match: { type: 'values', values: ['a'] } } as Condition // there is one
    for (const level of ['study', 'series', 'instance'] as const) {
      const compiled = compileQuery(dialect, query(level, { conditions: [one] }))
      const [along] = compiled.probes
      if (along?.kind !== 'key') throw new Error('a value is looked up in its table')
      const way = { start: { along }, placed: { from: '20240101', to: '20241231' } }
      const cursor = Array({ study: 1, series: 2, instance: 3 }[level]).fill('79759898/1').join(' ')
      for (const after of [undefined, cursor]) {
        const stretches = compiled.stretches('1', way, after)
        for (const { sql, parameters } of stretches.slice(0, -1)) {
          expect(planOf(sql, ...parameters, 10)[0]).toMatch(
            /SEARCH k USING PRIMARY KEY \(partition=\? AND path=\? AND value=\? AND place=\?\)/,
          )
        }
        const stretch = stretches.at(-1)
        if (stretch === undefined) throw new Error('there is one at least')
        const lines = planOf(stretch.sql, ...stretch.parameters, 10)
        expect(lines[0]).toMatch(
          /SEARCH k USING PRIMARY KEY \(partition=\? AND path=\? AND value=\? AND place>\? AND place<\?\)/,
        )
        expect(lines.filter((line) => /SCAN |FOR ORDER BY/.test(line))).toEqual([])
        expect(lines.filter((line) => /FOR LAST/.test(line))).toHaveLength(1)
      }
    }
  })

  it('walks only what is placed at the days that are asked for', () => {
    const [, , date] = conditions
    const compiled = compileQuery(dialect, query('study', { conditions: [date as Condition] })) // there is one
    expect(compiled.days).toEqual({ from: '20240101' })
    const way = { start: 'in order', placed: { from: '20240101', to: '20240131' } } as const
    for (const { sql, parameters } of compiled.stretches('1', way, undefined)) {
      expect(planOf(sql, ...parameters, 10)[0]).toMatch(/study_order \(partition=\? AND position>\? AND position<\?\)/)
    }
  })

  it('looks for what lies within a text by three of its characters', () => {
    const candidates = (path: string, vr: 'PN' | 'LO', pattern: string) => {
      const match = { type: 'wildcard', patterns: [pattern] } as const
      const [probe] = compileQuery(
        dialect,
        query('study', { conditions: [{ level: 'study', path: [path], vr, match }] }),
      ).probes
      return probe && compileCandidates(dialect, probe, 'default', false)?.parameters
    }
    expect(candidates(tags.PatientName, 'PN', '*be"g*')).toEqual(['"be""" AND "e""g"'])
    // Two are too few, and of digits alone they are kept of identifiers only.
    expect(candidates(tags.PatientName, 'PN', '*be*')).toBeUndefined()
    expect(candidates(tags.StudyDescription, 'LO', '*123*')).toBeUndefined()
    expect(candidates(tags.PatientID, 'LO', '*123*')).toEqual(['"123"'])
    // Nearly all identifiers have three zeros, and few of them six.
    expect(candidates(tags.PatientID, 'LO', '*000000*')).toEqual(['"000" AND "0\uE0006"'])
    expect(candidates(tags.PatientID, 'LO', '*00?000000000*')).toEqual(['"000" AND "0\uE0008"'])
    expect(candidates(tags.PatientName, 'PN', '*X000000*')).toEqual(['"X00" AND "000"'])
  })

  it('reads those that have them as they are placed, without sorting', () => {
    const place = { level: 'study', path: tags.PatientName } as const
    const studies = dialect.placedAnywhere?.(place, '*berg*', { from: 1, to: 2 })
    if (studies === undefined) throw new Error('a piece of four characters is looked for')
    const lines = planOf(studies.sql, ...studies.parameters, 10)
    expect(lines).toHaveLength(2)
    // FTS5 says of a plan: a match (M), and ends of its rowids (= < >).
    expect(lines[0]).toMatch(/SCAN t VIRTUAL TABLE INDEX \d+:M\d><$/)
    expect(lines[1]).toMatch(/SEARCH st USING INDEX study_text_row \(text_row=\?\)/)
  })

  it('has nothing of a request in its text', () => {
    const hostile = `'"; DROP TABLE study; --`
    const match = { type: 'wildcard', patterns: [`${hostile}*`] } as const
    const { stretches } = compileQuery(dialect, {
      ...query('instance', { partition: hostile, study: hostile, series: hostile }),
      conditions: [{ level: 'study', path: [tags.PatientID, hostile], vr: 'UN', match }],
      visibility: [[{ level: 'series', path: [hostile], vr: 'UN', match }], []],
    })
    for (const { sql } of stretches('1', { start: 'in order' }, `${hostile} ${hostile} ${hostile}`))
      expect(sql).not.toContain('DROP')
  })
})
