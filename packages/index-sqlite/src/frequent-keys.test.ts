import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import type { Condition, InstanceRecord, Query } from '@sansfilm/core/adapters'
import { tags } from '@sansfilm/dicom'
import { sqliteIndex } from './sqlite-index.ts'

/** More studies than the last look of a search reads of a key; each 60 share a day, and one in 100 has another name. */
const studies = 1_200
const dateOf = (n: number): string => `202401${String(1 + Math.floor(n / 60)).padStart(2, '0')}`

function studyOf(n: number): InstanceRecord {
  const studyAttributes = {
    [tags.PatientID]: { vr: 'LO', Value: [`P${n}`] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: n % 100 === 0 ? 'Xu^A' : 'Bergström^A' }] },
    [tags.StudyDate]: { vr: 'DA', Value: [dateOf(n)] },
  } as const
  return recordOf({ study: n + 1, studyAttributes })
}

const index = sqliteIndex({ file: join(mkdtempSync(join(tmpdir(), 'sansfilm-index-')), 'frequent.db') })
afterAll(() => index.close())
beforeAll(async () => {
  await Promise.all(Array.from({ length: studies }, (_, n) => index.add(studyOf(n), 'refuse')))
})

const nameHas = (piece: string): Condition => ({
  level: 'study',
  path: [tags.PatientName],
  vr: 'PN',
  match: { type: 'wildcard', patterns: [`*${piece}*`] },
})
const date = (from: string, to: string): Condition => ({
  level: 'study',
  path: [tags.StudyDate],
  vr: 'DA',
  match: { type: 'range', from, to },
})
const patient = (id: string): Condition => ({
  level: 'study',
  path: [tags.PatientID],
  vr: 'LO',
  match: { type: 'values', values: [id] },
})
const query = (conditions: readonly Condition[], more: Partial<Query> = {}): Query => ({
  partition: 'default',
  level: 'study',
  conditions,
  offset: 0,
  ...more,
})

async function cursorsOf(asked: Query): Promise<readonly string[]> {
  const cursors: string[] = []
  for await (const { cursor } of (await index.search(asked)).matches) cursors.push(cursor)
  return cursors
}

describe('a key that more studies have than a search looks at', () => {
  it('is counted up to a number, and exactly where fewer follow', async () => {
    const named = query([nameHas('ergstr')])
    const cursors = await cursorsOf(named)
    expect(cursors).toHaveLength(1_188)
    expect(await index.count(named, 100)).toBe(100)
    expect(await index.count(named, 5_000)).toBe(1_188)
    expect(await index.count({ ...named, offset: 1_100 }, 100)).toBe(88)
    for (const left of [0, 1, 30, 700]) {
      expect(await index.count({ ...named, after: cursors[cursors.length - left - 1] as string }, 5_000)).toBe(left) // there are as many
    }
  })

  it('is found among the studies of some days, many or few, in order', async () => {
    for (const [from, to, expected] of [
      ['20240103', '20240104', 119],
      ['20240105', '20240111', 416],
      ['20240101', '20240119', 1_128],
    ] as const) {
      const asked = query([nameHas('ergstr'), date(from, to)])
      const cursors = await cursorsOf(asked)
      expect(cursors).toHaveLength(expected)
      expect(cursors).toEqual(cursors.toSorted())
      expect(await index.count(asked, 5_000)).toBe(expected)
    }
  })

  it('leaves a patient to be found at once, within some days or not', async () => {
    const [day, other] = [date('20240103', '20240103'), date('20240104', '20240104')]
    expect(await cursorsOf(query([nameHas('ergstr'), day, patient('P130')]))).toHaveLength(1)
    expect(await cursorsOf(query([nameHas('ergstr'), other, patient('P130')]))).toEqual([])
  })

  it('is read from any cursor, and skipped, in pages of the order', async () => {
    const named = query([nameHas('ergstr')])
    const all = await cursorsOf(named)
    expect(all).toEqual(all.toSorted())
    for (const at of [0, 57, 58, 59, 60, 61, 700, 1_187]) {
      expect(await cursorsOf({ ...named, after: all[at] as string, limit: 70 })).toEqual(all.slice(at + 1, at + 71)) // there are as many
      expect(await cursorsOf({ ...named, offset: at, limit: 70 })).toEqual(all.slice(at, at + 70))
    }
  })

  it('leaves the series and instances of its studies in their order', async () => {
    for (const level of ['series', 'instance'] as const) {
      const cursors = await cursorsOf(query([nameHas('ergstr')], { level }))
      expect(cursors).toHaveLength(1_188)
      expect(cursors).toEqual(cursors.toSorted())
      const [after = ''] = cursors.slice(500)
      expect(await cursorsOf(query([nameHas('ergstr')], { level, after }))).toEqual(cursors.slice(501))
    }
  })

  it('is no longer found where its study is gone, and found where it came again', async () => {
    const named = query([nameHas('ergstr')])
    const all = await cursorsOf(named)
    const { partition, study } = recordOf({ study: 132 })
    await index.remove({ partition, study })
    expect(await cursorsOf(named)).toHaveLength(all.length - 1)
    await index.add(studyOf(131), 'refuse')
    expect(await cursorsOf(named)).toEqual(all)
  })
})
