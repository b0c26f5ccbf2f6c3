import assert from 'node:assert/strict'
import type { InstanceIndex, InstanceRecord, Query, SearchMatch, StoredInstance } from '@sansfilm/core/adapters'
import { type Dataset, tags } from '@sansfilm/dicom'
import type { Contract } from './contract.ts'
import { instanceUid, recordOf, seriesUid, studyUid } from './instance-index-records.ts'

const allStudies: Query = { partition: 'default', level: 'study', conditions: [], offset: 0 }

const name = (Alphabetic: string): Dataset => ({ [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic }] } })
const modality = (text: string): Dataset => ({ [tags.Modality]: { vr: 'CS', Value: [text] } })

/** What the index does with instances that come, are replaced, and go. */
export const storeCases: Contract<InstanceIndex> = [
  {
    name: 'add says added, then identical for the same digest at the same place',
    async run(index) {
      const record = recordOf()
      assert.deepEqual(await index.add(record, 'refuse'), { outcome: 'added' })
      const again = { ...record, location: { ...record.location, key: 'default/other' }, storedAt: new Date() }
      assert.deepEqual(await index.add(again, 'refuse'), { outcome: 'identical', stored: storedOf(record) })
      assert.deepEqual(await index.add(again, 'replace'), { outcome: 'identical', stored: storedOf(record) })
      assert.deepEqual(await index.statistics('default'), { studies: 1, series: 1, instances: 1, bytes: 1_000 })
    },
  },
  {
    name: 'add refuses another digest under the same UID, and changes nothing',
    async run(index) {
      const record = recordOf()
      await index.add(record, 'refuse')
      const other = recordOf({ version: 2, bytes: 5, studyAttributes: name('Other') })
      assert.deepEqual(await index.add(other, 'refuse'), { outcome: 'conflict', stored: storedOf(record) })
      assert.deepEqual(await index.statistics('default'), { studies: 1, series: 1, instances: 1, bytes: 1_000 })
      assert.equal((await matchesOf(index, allStudies))[0]?.attributes.study?.[tags.PatientName], undefined)
    },
  },
  {
    name: 'add refuses the same UID in another series, even with the same digest',
    async run(index) {
      const record = recordOf()
      await index.add(record, 'refuse')
      const moved = { ...record, series: seriesUid(1, 2) }
      assert.equal((await index.add(moved, 'refuse')).outcome, 'conflict')
      assert.equal((await index.statistics('default')).series, 1)
    },
  },
  {
    name: 'add with replace puts the new bytes in place and tells the old',
    async run(index) {
      const old = recordOf({ frames: 2 })
      const now = recordOf({ version: 2, bytes: 70, studyAttributes: name('New') })
      await index.add(old, 'refuse')
      assert.deepEqual(await index.add(now, 'replace'), { outcome: 'replaced', previous: storedOf(old) })
      assert.deepEqual(await index.statistics('default'), { studies: 1, series: 1, instances: 1, bytes: 70 })
      assert.deepEqual(
        (await collect(index.all())).map(({ cursor: _, ...stored }) => stored),
        [storedOf(now)],
      )
      assert.deepEqual(await index.references([old.location.key, now.location.key]), new Set([now.location.key]))
      const found = await index.frames(scopeOf(now), [0])
      assert.deepEqual([found?.pixelData, found?.blocks.size], [undefined, 0])
      assert.deepEqual((await matchesOf(index, allStudies))[0]?.attributes.study, now.attributes.study)
    },
  },
  {
    name: 'add with replace moves an instance to another study, and forgets the study it leaves empty',
    async run(index) {
      await index.add(recordOf({ study: 1 }), 'refuse')
      const moved: InstanceRecord = { ...recordOf({ study: 2 }), instance: instanceUid(1, 1, 1) }
      assert.equal((await index.add(moved, 'replace')).outcome, 'replaced')
      const found = await matchesOf(index, allStudies)
      assert.deepEqual(
        found.map(({ study }) => study),
        [studyUid(2)],
      )
    },
  },
  {
    name: 'study and series attributes are those of the first instance, filled by later ones',
    async run(index) {
      const empty: Dataset = { [tags.StudyID]: { vr: 'SH' } }
      await index.add(recordOf({ instance: 1, studyAttributes: { ...name('First'), ...empty } }), 'refuse')
      const study: Dataset = {
        [tags.StudyID]: { vr: 'SH', Value: ['S1'] },
        [tags.PatientID]: { vr: 'LO', Value: ['P'] },
      }
      await index.add(recordOf({ instance: 2, studyAttributes: { ...name('Second'), ...study } }), 'refuse')
      const [found] = await matchesOf(index, allStudies)
      const attributes = found?.attributes.study ?? {}
      assert.deepEqual(attributes[tags.PatientName]?.Value, [{ Alphabetic: 'First' }])
      assert.deepEqual(attributes[tags.StudyID]?.Value, ['S1'])
      assert.deepEqual(attributes[tags.PatientID]?.Value, ['P'])
      const filled: Query = {
        ...allStudies,
        conditions: [
          { level: 'study', path: [tags.PatientID], vr: 'LO', match: { type: 'values', values: ['P'] } },
          { level: 'study', path: [tags.StudyID], vr: 'SH', match: { type: 'values', values: ['S1'] } },
        ],
      }
      assert.equal((await matchesOf(index, filled)).length, 1)
    },
  },
  {
    name: 'counts and modalities follow what is added, removed and replaced',
    async run(index) {
      await index.add(recordOf({ series: 1, instance: 1, seriesAttributes: modality('CT') }), 'refuse')
      await index.add(recordOf({ series: 1, instance: 2, seriesAttributes: modality('CT') }), 'refuse')
      await index.add(recordOf({ series: 2, instance: 1, seriesAttributes: modality('SR') }), 'refuse')
      assert.deepEqual(await countsOf(index), { modalities: ['CT', 'SR'], series: 2, instances: 3 })
      await index.add(recordOf({ series: 1, instance: 2, version: 2, seriesAttributes: modality('CT') }), 'replace')
      assert.deepEqual(await countsOf(index), { modalities: ['CT', 'SR'], series: 2, instances: 3 })
      await index.remove({ partition: 'default', study: studyUid(1), series: seriesUid(1, 1) })
      assert.deepEqual(await countsOf(index), { modalities: ['SR'], series: 1, instances: 1 })
      const query: Query = {
        ...allStudies,
        conditions: [
          { level: 'study', path: [tags.ModalitiesInStudy], vr: 'CS', match: { type: 'values', values: ['CT'] } },
        ],
      }
      assert.equal((await matchesOf(index, query)).length, 0)
    },
  },
  {
    name: 'sixteen clients that store one study at once leave exact counts',
    async run(index) {
      const modalities = ['CT', 'MR', 'PT', 'SR']
      const records = Array.from({ length: 320 }, (_, i) =>
        recordOf({
          series: (i % 4) + 1,
          instance: i,
          bytes: i,
          seriesAttributes: modality(modalities[i % 4] as string), // four modalities, index below four
        }),
      )
      const clients = Array.from({ length: 16 }, async (_, client) => {
        // Neighbours share a quarter of their instances: each is added once and identical once.
        const mine = [...records, ...records].slice(client * 20, client * 20 + 25)
        const outcomes: string[] = []
        for (const record of mine) outcomes.push((await index.add(record, 'refuse')).outcome)
        return outcomes
      })
      const outcomes = (await Promise.all(clients)).flat()
      assert.equal(outcomes.filter((outcome) => outcome === 'added').length, 320)
      assert.equal(outcomes.filter((outcome) => outcome === 'identical').length, 80)
      assert.deepEqual(await countsOf(index), { modalities, series: 4, instances: 320 })
      const state = await index.state({ partition: 'default', study: studyUid(1) })
      assert.deepEqual([state?.instances, state?.bytes], [320, (319 * 320) / 2])
    },
  },
  {
    name: 'remove forgets an instance, a series, a study, and says what it forgot',
    async run(index) {
      const records = [1, 2, 3].flatMap((series) => [1, 2].map((instance) => recordOf({ series, instance })))
      for (const record of records) await index.add(record, 'refuse')
      const [first, second, third, fourth, ...rest] = records.map(storedOf)
      const study = { partition: 'default', study: studyUid(1) }
      assert.deepEqual(await index.remove({ ...study, series: seriesUid(1, 1), instance: instanceUid(1, 1, 1) }), [
        first,
      ])
      assert.deepEqual(await index.remove({ ...study, series: seriesUid(1, 1) }), [second])
      assert.deepEqual(await index.state({ ...study, series: seriesUid(1, 1) }), undefined)
      assert.deepEqual(sorted(await index.remove(study)), sorted([third, fourth, ...rest] as StoredInstance[]))
      assert.deepEqual(await index.remove(study), [])
      assert.deepEqual(await index.statistics('default'), { studies: 0, series: 0, instances: 0, bytes: 0 })
    },
  },
  {
    name: 'partitions know nothing of each other',
    async run(index) {
      await index.add(recordOf({ partition: 'default' }), 'refuse')
      assert.deepEqual(await index.add(recordOf({ partition: 'other', version: 2 }), 'refuse'), { outcome: 'added' })
      assert.equal((await index.statistics('other')).instances, 1)
      await index.remove({ partition: 'other', study: studyUid(1) })
      assert.equal((await index.statistics('default')).instances, 1)
      assert.equal((await collect(index.all('other'))).length, 0)
      assert.equal((await matchesOf(index, { ...allStudies, partition: 'other' })).length, 0)
    },
  },
]

/** The facts of a record that the index hands out. */
export function storedOf(record: InstanceRecord): StoredInstance {
  const { partition, study, series, instance, sopClass, transferSyntax, location, digest, storedAt, inflated } = record
  return { partition, study, series, instance, sopClass, transferSyntax, location, digest, storedAt, inflated }
}

export function scopeOf({ partition, study, series, instance }: InstanceRecord) {
  return { partition, study, series, instance }
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function matchesOf(index: InstanceIndex, query: Query): Promise<readonly SearchMatch[]> {
  return collect((await index.search(query)).matches)
}

function sorted(instances: readonly StoredInstance[]): readonly StoredInstance[] {
  return instances.toSorted((left, right) => (left.instance < right.instance ? -1 : 1))
}

async function countsOf(index: InstanceIndex) {
  const [found] = await matchesOf(index, allStudies)
  return {
    modalities: found?.derived.modalitiesInStudy,
    series: found?.derived.numberOfStudyRelatedSeries,
    instances: found?.derived.numberOfStudyRelatedInstances,
  }
}
