import { join } from 'node:path'
import { generateUid, numberOf, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { search, store } from './client.ts'
import { withFolder } from './data-folder.ts'
import type { Scenario } from './scenario.ts'
import { makeObject, type TestObject } from './test-object.ts'
import { checkWhole } from './whole-archive.ts'

const modalities = ['CT', 'MR', 'PT', 'SR', 'US']

/** One study, many senders. */
export const oneStudy: Scenario<{ studies: number; clients: number; instances: number }> = {
  name: 'one-study',
  title: 'clients that store one study at once leave it exact',
  short: { studies: 1, clients: 16, instances: 640 },
  long: { studies: 30, clients: 16, instances: 3200 },
  run: ({ studies, clients, instances }, watch) =>
    withFolder(async (folder) => {
      const server = await startArchive(join(folder, 'data'), watch)
      const sent = new Map<string, TestObject>()
      let slowestMs = 0
      for (let round = 1; round <= studies; round++) {
        const study = generateUid()
        const series = modalities.map(() => generateUid())
        const objects = Array.from({ length: instances }, (_, n) =>
          makeObject({
            study,
            series: series[n % series.length] ?? study,
            modality: modalities[n % modalities.length] ?? 'OT',
            description: 'One study',
          }),
        )
        for (const object of objects) sent.set(object.instance, object)
        // Some go by two clients at once; those are stored once.
        const waiting = [...objects, ...objects.slice(0, instances / 10)]
        const client = async () => {
          while (waiting.length > 0) {
            const batch = waiting.splice(watch.random.below(waiting.length), 1 + watch.random.below(3))
            const { status, ms } = await store(server.origin, batch)
            slowestMs = Math.max(slowestMs, ms)
            if (status !== 200) watch.violated(`${batch.length} instances were answered with ${status}`)
          }
        }
        await Promise.all(Array.from({ length: clients }, client))

        const [match = {}, ...others] = await search(server.origin, `studies?StudyInstanceUID=${study}`)
        if (others.length > 0) watch.violated('the study is found more than once')
        const facts = {
          instances: numberOf(match, tags.NumberOfStudyRelatedInstances),
          series: numberOf(match, tags.NumberOfStudyRelatedSeries),
          modalities: valuesOf(match, tags.ModalitiesInStudy).map(String).sort().join(),
          description: stringOf(match, tags.StudyDescription),
        }
        const right = { instances, series: modalities.length, modalities: modalities.join(), description: 'One study' }
        if (JSON.stringify(facts) !== JSON.stringify(right)) watch.violated(`the study says ${JSON.stringify(facts)}`)
        await checkWhole(server.origin, sent, new Set(sent.keys()), watch, 200)
        watch.progress(`${round} studies stored`)
      }
      await server.stop()
      return { studies, clients, instances, slowestMs: Math.round(slowestMs) }
    }),
}
