import assert from 'node:assert/strict'
import type { Condition, InstanceIndex, Level, Query, SearchMatch } from '@sansfilm/core/adapters'
import { matches } from '@sansfilm/core/query'
import { type Dataset, type Tag, tags, transferSyntaxes } from '@sansfilm/dicom'
import type { Contract } from './contract.ts'
import { matchingConditions, matchingRecords } from './instance-index-matching.ts'
import { instanceUid, recordOf, seriesUid, studyUid } from './instance-index-records.ts'
import { collect, matchesOf } from './instance-index-store.ts'

const levels: readonly Level[] = ['study', 'series', 'instance']

const everything = (level: Level): Query => ({ partition: 'default', level, conditions: [], offset: 0 })

/**
 * More studies than any index takes for few: all of one patient, every other of one description, dates that many share
 * or lack, and some that were dated only after they had their place.
 */
async function addSharing(index: InstanceIndex): Promise<void> {
  const day = (n: number): Dataset => ({ [tags.StudyDate]: { vr: 'DA', Value: [`202401${10 + (n % 15)}`] } })
  const time: Dataset = { [tags.StudyTime]: { vr: 'TM', Value: ['101112'] } }
  const records = Array.from({ length: 150 }, (_, n) =>
    recordOf({
      study: n + 1,
      storedAt: new Date(Date.UTC(2024, 0, 20)),
      studyAttributes: {
        [tags.PatientID]: { vr: 'LO', Value: ['shared-17'] },
        [tags.StudyDescription]: { vr: 'LO', Value: [n % 2 === 0 ? 'even of many' : `odd ${n}`] },
        ...(n % 3 !== 0 && day(n)),
        ...(n % 4 === 0 && time),
        ...(n % 5 === 0 && { [tags.AccessionNumber]: { vr: 'SH', Value: [`A${n}`] } }),
      },
      seriesAttributes: n % 7 === 0 ? {} : { [tags.Modality]: { vr: 'CS', Value: ['CT'] } },
    }),
  )
  await Promise.all(records.map((record) => index.add(record, 'refuse')))
  // No study moves that is given its date only now.
  const late = [3, 33, 63].map((n) => recordOf({ study: n + 1, series: 2, studyAttributes: day(n) }))
  for (const record of late) await index.add(record, 'refuse')
}

function sharedConditions(level: 'study' | 'series'): readonly (readonly Condition[])[] {
  const on = (tag: Tag, vr: Condition['vr'], match: Condition['match']): Condition => ({
    level: 'study',
    path: [tag],
    vr,
    match,
  })
  const shared = on(tags.PatientID, 'LO', { type: 'values', values: ['shared-17'] })
  const even = on(tags.StudyDescription, 'LO', { type: 'values', values: ['even of many'] })
  const days = on(tags.StudyDate, 'DA', { type: 'range', from: '20240112', to: '20240121' })
  const undated = on(tags.StudyDate, 'DA', { type: 'empty' })
  const unnumbered = on(tags.AccessionNumber, 'SH', { type: 'empty' })
  const anywhere = on(tags.StudyDescription, 'LO', { type: 'wildcard', patterns: ['*f man*'] })
  const digits = on(tags.PatientID, 'LO', { type: 'wildcard', patterns: ['*-17'] })
  const short = on(tags.PatientID, 'LO', { type: 'wildcard', patterns: ['*17'] })
  const ct = { ...on(tags.Modality, 'CS', { type: 'values', values: ['CT'] }), level: 'series' } as const
  return [
    [shared],
    [even, shared],
    [days],
    [shared, days],
    [undated],
    [unnumbered, even],
    [anywhere],
    [digits, short],
    [days, anywhere],
    ...(level === 'series' ? [[ct], [ct, shared, days]] : []),
  ]
}

/** What the index finds, and in which order. */
export const searchCases: Contract<InstanceIndex> = [
  {
    name: 'every condition finds at every level what the reference semantics says',
    async run(index) {
      await Promise.all(matchingRecords.map((record) => index.add(record, 'refuse')))
      for (const level of levels) {
        const all = await matchesOf(index, everything(level))
        assert.equal(all.length, level === 'study' ? matchingRecords.length / 2 : matchingRecords.length)
        for (const condition of matchingConditions.filter(
          (one) => levels.indexOf(one.level) <= levels.indexOf(level),
        )) {
          await assertFinds(index, level, all, [condition])
        }
      }
    },
  },
  {
    name: 'several conditions are all to match, at whatever level',
    async run(index) {
      await Promise.all(matchingRecords.map((record) => index.add(record, 'refuse')))
      for (const level of levels) {
        const all = await matchesOf(index, everything(level))
        const fitting = matchingConditions.filter((one) => levels.indexOf(one.level) <= levels.indexOf(level))
        for (let i = 0; i < fitting.length; i++) {
          const pair = [fitting[i], fitting[(i * 7 + 3) % fitting.length]] as Condition[] // both within the array
          await assertFinds(index, level, all, pair)
        }
      }
    },
  },
  {
    name: 'visibility shows what matches one of its groups, and an empty list nothing',
    async run(index) {
      await Promise.all(matchingRecords.map((record) => index.add(record, 'refuse')))
      const date: Condition = {
        level: 'study',
        path: [tags.StudyDate],
        vr: 'DA',
        match: { type: 'range', from: '20240101' },
      }
      const name: Condition = {
        level: 'study',
        path: [tags.PatientName],
        vr: 'PN',
        match: { type: 'wildcard', patterns: ['mul*'] },
      }
      const all = await matchesOf(index, everything('series'))
      for (const visibility of [[], [[]], [[date]], [[date], [name]], [[date, name]]]) {
        const expected = all.filter((match) =>
          visibility.some((group) => group.every((condition) => matches(match, condition))),
        )
        const query = { ...everything('series'), visibility }
        assert.deepEqual(uidsOf(await matchesOf(index, query)), uidsOf(expected))
        assert.equal(await index.count(query, 1_000), expected.length)
      }
    },
  },
  {
    name: 'studies come newest first, undated ones at their arrival, series and instances by number, and then by UID',
    async run(index) {
      const dated = (date: string, time?: string): Dataset => ({
        [tags.StudyDate]: { vr: 'DA', Value: [date] },
        ...(time !== undefined && { [tags.StudyTime]: { vr: 'TM', Value: [time] } }),
      })
      const studies = [
        {},
        dated('20230101'),
        dated('20240101'),
        dated('20240101', '09'),
        dated('20240101', '1000'),
        dated('garbage'),
      ]
      for (const [i, studyAttributes] of studies.entries()) {
        const storedAt = new Date(Date.UTC(2024 - (i % 2), 0, 2))
        await index.add(recordOf({ study: i + 1, studyAttributes, storedAt }), 'refuse')
      }
      for (const series of [10, 2, -1]) await index.add(recordOf({ study: 5, series }), 'refuse')
      const numberless: Dataset = { [tags.InstanceNumber]: { vr: 'IS' } }
      await index.add(recordOf({ study: 5, series: 2, instance: 5, instanceAttributes: numberless }), 'refuse')
      await index.add(recordOf({ study: 5, series: 2, instance: 40 }), 'refuse')
      const found = await matchesOf(index, everything('instance'))
      assert.deepEqual(
        found.map(({ instance }) => instance),
        [
          instanceUid(1, 1, 1),
          instanceUid(5, -1, 1),
          instanceUid(5, 1, 1),
          instanceUid(5, 2, 1),
          instanceUid(5, 2, 40),
          instanceUid(5, 2, 5),
          instanceUid(5, 10, 1),
          ...[4, 3, 6, 2].map((study) => instanceUid(study, 1, 1)),
        ],
      )
    },
  },
  {
    name: 'limit, offset and after cut exactly at every level',
    async run(index) {
      const records = Array.from({ length: 60 }, (_, i) =>
        recordOf({ study: i % 5, series: i % 3, instance: i, studyAttributes: patient(i % 2) }),
      )
      await Promise.all(records.map((record) => index.add(record, 'refuse')))
      const filters: (readonly Condition[])[] = [[], [isPatient(0)], [weighs('70')]]
      for (const level of levels) {
        for (const conditions of filters) {
          const query = { ...everything(level), conditions }
          const all = await matchesOf(index, query)
          for (const [offset, limit] of [
            [0, 1],
            [0, 1_000],
            [1, 2],
            [all.length - 1, 5],
            [all.length, 5],
            [all.length + 7, 1],
          ] as const) {
            const page = await matchesOf(index, { ...query, offset: Math.max(0, offset), limit })
            assert.deepEqual(page, all.slice(Math.max(0, offset), Math.max(0, offset) + limit))
          }
          for (const [i, { cursor }] of all.entries()) {
            const rest = await matchesOf(index, { ...query, after: cursor, limit: 3 })
            assert.deepEqual(rest, all.slice(i + 1, i + 4))
            assert.equal(await index.count({ ...query, after: cursor }, 1_000), all.length - i - 1)
          }
          assert.equal(await index.count(query, 2), Math.min(2, all.length))
        }
      }
    },
  },
  {
    name: 'what many studies share finds them in order, page by page',
    async run(index) {
      await addSharing(index)
      for (const level of ['study', 'series'] as const) {
        const all = await matchesOf(index, everything(level))
        for (const conditions of sharedConditions(level)) {
          const query = { ...everything(level), conditions }
          const expected = all.filter((match) => conditions.every((condition) => matches(match, condition)))
          assert.deepEqual(await matchesOf(index, query), expected)
          assert.equal(await index.count(query, 1_000), expected.length)
          assert.deepEqual(await matchesOf(index, { ...query, offset: 90, limit: 9 }), expected.slice(90, 99))
          const paged: SearchMatch[] = []
          for (let last: SearchMatch | undefined; ; ) {
            const page = await matchesOf(index, {
              ...query,
              limit: 31,
              ...(last !== undefined && { after: last.cursor }),
            })
            last = page.at(-1)
            if (last === undefined) break
            paged.push(...page)
            const left = await index.count({ ...query, after: last.cursor }, 1_000)
            assert.equal(left, expected.length - paged.length)
          }
          assert.deepEqual(paged, expected)
        }
      }
    },
  },
  {
    name: 'a search of a study or series stays within it',
    async run(index) {
      for (const study of [1, 2]) {
        for (const series of [1, 2]) await index.add(recordOf({ study, series }), 'refuse')
      }
      const ofStudy = await matchesOf(index, { ...everything('series'), study: studyUid(2) })
      assert.deepEqual(
        ofStudy.map(({ series }) => series),
        [seriesUid(2, 1), seriesUid(2, 2)],
      )
      const ofSeries = { ...everything('instance'), study: studyUid(2), series: seriesUid(2, 2) }
      assert.deepEqual(uidsOf(await matchesOf(index, ofSeries)), [instanceUid(2, 2, 1)])
      assert.deepEqual(await matchesOf(index, { ...ofSeries, study: studyUid(1) }), [])
    },
  },
  {
    name: 'matches carry the attributes of their level and those above, and what is derived',
    async run(index) {
      const early = new Date(Date.UTC(2024, 0, 1))
      const late = new Date(Date.UTC(2024, 5, 1))
      const record = recordOf({ series: 1, studyAttributes: patient(1), storedAt: early })
      await index.add(record, 'refuse')
      await index.add(recordOf({ series: 2, storedAt: late }), 'refuse')
      const study = { modalitiesInStudy: ['OT'], numberOfStudyRelatedSeries: 2, numberOfStudyRelatedInstances: 2 }
      const [ofStudy] = await matchesOf(index, everything('study'))
      assert.deepEqual(ofStudy?.derived, { ...study, storedAt: late })
      assert.deepEqual(Object.keys(ofStudy?.attributes ?? {}), ['study'])
      assert.deepEqual([ofStudy?.study, ofStudy?.series, ofStudy?.instance], [studyUid(1), undefined, undefined])
      const [ofSeries] = await matchesOf(index, everything('series'))
      const series = { ...study, numberOfSeriesRelatedInstances: 1 }
      assert.deepEqual(ofSeries?.derived, { ...series, storedAt: early })
      const [ofInstance] = await matchesOf(index, { ...everything('instance'), withMetadata: true })
      const availableTransferSyntax = transferSyntaxes.ExplicitVRLittleEndian.uid
      assert.deepEqual(ofInstance?.derived, { ...series, availableTransferSyntax, storedAt: early })
      assert.deepEqual(ofInstance?.attributes, record.attributes)
      assert.deepEqual(Buffer.from(ofInstance?.metadata ?? []), Buffer.from(record.metadata))
      await index.remove({ partition: 'default', study: studyUid(1), series: seriesUid(1, 2) })
      assert.deepEqual((await matchesOf(index, everything('study')))[0]?.derived.storedAt, early)
    },
  },
]

async function assertFinds(
  index: InstanceIndex,
  level: Level,
  all: readonly SearchMatch[],
  conditions: readonly Condition[],
): Promise<void> {
  const expected = all.filter((match) => conditions.every((condition) => matches(match, condition)))
  const found = await collect((await index.search({ ...everything(level), conditions })).matches)
  assert.deepEqual(uidsOf(found), uidsOf(expected), `${level}: ${JSON.stringify(conditions)}`)
}

function uidsOf(matches: readonly SearchMatch[]): readonly string[] {
  return matches.map(({ study, series, instance }) => instance ?? series ?? study)
}

const patient = (id: number): Dataset => ({
  [tags.PatientID]: { vr: 'LO', Value: [String(id)] },
  [tags.PatientWeight]: { vr: 'DS', Value: [70] },
})

const isPatient = (id: number): Condition => ({
  level: 'study',
  path: [tags.PatientID],
  vr: 'LO',
  match: { type: 'values', values: [String(id)] },
})

const weighs = (weight: string): Condition => ({
  level: 'study',
  path: [tags.PatientWeight],
  vr: 'DS',
  match: { type: 'values', values: [weight] },
})
