import assert from 'node:assert/strict'
import type { Condition, InstanceIndex, Level, Query, SearchMatch } from '@sansfilm/core/adapters'
import { type Dataset, tags } from '@sansfilm/dicom'
import type { Contract, ContractCase } from './contract.ts'
import { instanceUid, recordOf, seriesUid, studyUid } from './instance-index-records.ts'
import { matchesOf } from './instance-index-store.ts'

const levels: readonly Level[] = ['study', 'series', 'instance']

const everything = (level: Level): Query => ({ partition: 'default', level, conditions: [], offset: 0 })

/** What an iteration sees while the index changes: each match that stays, once, in the order it had at the start. */
export const iterationCases: Contract<InstanceIndex> = [
  {
    name: 'pages by cursor neither skip nor repeat while new studies arrive',
    async run(index) {
      const day = (study: number): Dataset => ({
        [tags.StudyDate]: { vr: 'DA', Value: [`202401${String(1 + (study % 28)).padStart(2, '0')}`] },
      })
      const add = (study: number) => index.add(recordOf({ study, studyAttributes: day(study) }), 'refuse')
      for (let study = 1; study <= 50; study++) await add(study)
      const seen: string[] = []
      let after: string | undefined
      for (let page = 0; page < 100; page++) {
        const found = await matchesOf(index, {
          ...everything('study'),
          limit: 7,
          ...(after !== undefined && { after }),
        })
        seen.push(...found.map(({ study }) => study))
        after = found.at(-1)?.cursor
        if (after === undefined) break
        for (let i = 0; i < 3 && page < 5; i++) await add(100 + page * 3 + i)
      }
      assert.equal(new Set(seen).size, seen.length)
      for (let study = 1; study <= 50; study++) assert.ok(seen.includes(studyUid(study)))
    },
  },
  {
    name: 'a search that is read slowly stays whole while studies arrive',
    async run(index) {
      const records = Array.from({ length: 600 }, (_, i) => recordOf({ study: i + 1 }))
      await Promise.all(records.map((record) => index.add(record, 'refuse')))
      const seen: string[] = []
      for await (const { study } of (await index.search(everything('study'))).matches) {
        if (seen.push(study) % 150 === 0) await index.add(recordOf({ study: 1_000 + seen.length }), 'refuse')
      }
      assert.equal(new Set(seen).size, seen.length)
      for (let study = 1; study <= 600; study++) assert.ok(seen.includes(studyUid(study)))
    },
  },
  ...levels.map(
    (level): ContractCase<InstanceIndex> => ({
      name: `pages of ${level} matches by cursor stay whole while dates and numbers are filled in`,
      async run(index) {
        for (const study of [1, 2, 3, 4])
          await index.add(recordOf({ study, studyAttributes: dated('20240101') }), 'refuse')
        for (const study of [5, 6]) await index.add(recordOf({ study, storedAt: longAgo }), 'refuse')
        for (const series of [3, 4])
          await index.add(recordOf({ study: 6, series, seriesAttributes: numberless }), 'refuse')
        const fillIns = [
          { study: 6, instance: 2, studyAttributes: dated('20250101') },
          { study: 5, instance: 2, studyAttributes: { [tags.StudyTime]: { vr: 'TM', Value: ['10'] } } as Dataset },
          { study: 6, series: 4, instance: 3, seriesAttributes: numbered(0) },
          { study: 5, instance: 4, studyAttributes: dated('20250101') },
          { study: 6, series: 3, instance: 4, seriesAttributes: numbered(5) },
        ]
        const changes = fillIns.map((sketch) => async () => void (await index.add(recordOf(sketch), 'refuse')))
        await assertWholeWhile(index, level, changes)
      },
    }),
  ),
  ...levels.map(
    (level): ContractCase<InstanceIndex> => ({
      name: `pages of ${level} matches by cursor stay whole while instances are replaced in their place`,
      async run(index) {
        for (let study = 1; study <= 5; study++) {
          await index.add(recordOf({ study, studyAttributes: dated(`2024010${study}`) }), 'refuse')
        }
        for (const series of [2, 3, 4]) await index.add(recordOf({ study: 1, series }), 'refuse')
        for (const instance of [2, 3, 4]) await index.add(recordOf({ study: 1, series: 4, instance }), 'refuse')
        const replacements = [
          // The only instance of its study: nothing of the study is left for a moment.
          { study: 2, studyAttributes: dated('20250101') },
          { study: 5, studyAttributes: dated('20230101') },
          { study: 1, series: 3, seriesAttributes: numbered(-1) },
          { study: 1, series: 1, seriesAttributes: numbered(9) },
          { study: 1, series: 4, instance: 4, instanceAttributes: instanceNumbered(0) },
          { study: 1, series: 4, instance: 1, instanceAttributes: instanceNumbered(9) },
        ]
        const changes = replacements.map((sketch) => async () => {
          await index.add(recordOf({ ...sketch, version: 2 }), 'replace')
        })
        await assertWholeWhile(index, level, changes)
      },
    }),
  ),
  ...levels.map(
    (level): ContractCase<InstanceIndex> => ({
      name: `pages of ${level} matches by cursor stay whole while the attributes kept are back-filled`,
      async run(index) {
        const records = [1, 2, 3].flatMap((study) =>
          [1, 2].map((instance) => recordOf({ study, instance, storedAt: longAgo, seriesAttributes: numberless })),
        )
        for (const record of records) await index.add(record, 'refuse')
        const changes = records.toReversed().map((record) => async () => {
          await index.setAttributes(record, {
            study: { ...record.attributes.study, ...dated('20250101') },
            series: { ...record.attributes.series, ...numbered(1) },
            instance: { ...record.attributes.instance, ...instanceNumbered(0) },
          })
        })
        await assertWholeWhile(index, level, changes)
      },
    }),
  ),
  {
    name: 'an instance that is replaced by one of another series has its place there',
    async run(index) {
      await index.add(recordOf({ series: 1, instance: 5 }), 'refuse')
      await index.add(recordOf({ series: 2, instance: 7 }), 'refuse')
      const moved = { ...recordOf({ series: 2, instance: 9, version: 2 }), instance: instanceUid(1, 1, 5) }
      assert.equal((await index.add(moved, 'replace')).outcome, 'replaced')
      const found = await matchesOf(index, everything('instance'))
      assert.deepEqual(
        found.map(({ series, instance }) => [series, instance]),
        [
          [seriesUid(1, 2), instanceUid(1, 2, 7)],
          [seriesUid(1, 2), instanceUid(1, 1, 5)],
        ],
      )
    },
  },
  {
    name: 'a search that is read slowly stays whole while studies are filled in and replaced',
    async run(index) {
      const studies = Array.from({ length: 600 }, (_, i) => i + 1)
      const patient: Dataset = { [tags.PatientID]: { vr: 'LO', Value: ['1'] } }
      const records = studies.map((study) => recordOf({ study, studyAttributes: patient, storedAt: longAgo }))
      await Promise.all(records.map((record) => index.add(record, 'refuse')))
      const isPatient: Condition = {
        level: 'study',
        path: [tags.PatientID],
        vr: 'LO',
        match: { type: 'values', values: ['1'] },
      }
      for (const [round, conditions] of [[], [isPatient]].entries()) {
        const seen: string[] = []
        for await (const { study } of (await index.search({ ...everything('study'), conditions })).matches) {
          if (seen.push(study) !== 10) continue
          for (const study of [1, 2, 599, 600]) await replaceWithDated(study, round)
          const filledIn = { ...patient, ...dated('20250101') }
          await index.add(recordOf({ study: 300 + round, instance: 2, studyAttributes: filledIn }), 'refuse')
        }
        assert.equal(new Set(seen).size, seen.length)
        assert.equal(seen.length, studies.length)
      }
      async function replaceWithDated(study: number, round: number): Promise<void> {
        const studyAttributes = { ...patient, ...dated(`202${round}0101`) }
        await index.add(recordOf({ study, version: 2 + round, studyAttributes, storedAt: longAgo }), 'replace')
      }
    },
  },
]

/** Reads pages of one match, with a change after each. */
async function assertWholeWhile(
  index: InstanceIndex,
  level: Level,
  changes: readonly (() => Promise<void>)[],
): Promise<void> {
  const expected = (await matchesOf(index, everything(level))).map(uidOf)
  const left = [...changes]
  const seen: string[] = []
  let after: string | undefined
  for (;;) {
    const found = await matchesOf(index, { ...everything(level), limit: 1, ...(after !== undefined && { after }) })
    if (found.length === 0) break
    seen.push(...found.map(uidOf))
    after = found.at(-1)?.cursor
    await left.shift()?.()
  }
  // What arrives meanwhile may be seen too.
  assert.deepEqual(
    seen.filter((uid) => expected.includes(uid)),
    expected,
  )
}

function uidOf({ study, series, instance }: SearchMatch): string {
  return instance ?? series ?? study
}

const longAgo = new Date(Date.UTC(2010, 0, 1))

const dated = (date: string): Dataset => ({ [tags.StudyDate]: { vr: 'DA', Value: [date] } })

const numberless: Dataset = { [tags.SeriesNumber]: { vr: 'IS' } }

const numbered = (number: number): Dataset => ({ [tags.SeriesNumber]: { vr: 'IS', Value: [number] } })

const instanceNumbered = (number: number): Dataset => ({ [tags.InstanceNumber]: { vr: 'IS', Value: [number] } })
