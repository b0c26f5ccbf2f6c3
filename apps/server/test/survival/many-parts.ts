import { join } from 'node:path'
import { generateUid } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { multipart, multipartOf, readStoreAnswer, search, send } from './client.ts'
import { withFolder } from './data-folder.ts'
import type { Scenario } from './scenario.ts'
import { makeObject } from './test-object.ts'

const MiB = 1024 * 1024

/** Very many parts in one request: instances, junk, and nothing but delimiters. */
export const manyParts: Scenario<{ instances: number; junk: number; memoryMebibytes: number }> = {
  name: 'parts',
  title: 'thousands of parts in one request are each answered for, in bounded memory',
  short: { instances: 1000, junk: 10_000, memoryMebibytes: 256 },
  long: { instances: 10_000, junk: 90_000, memoryMebibytes: 384 },
  run: ({ instances, junk, memoryMebibytes }, watch) =>
    withFolder(async (folder) => {
      const server = await startArchive(join(folder, 'data'), watch, ['--max-parts', String(junk)])
      const idle = await server.residentBytes()
      const post = async (payload: { headers: Readonly<Record<string, string>>; body: Uint8Array }) =>
        readStoreAnswer(await send(server.origin, { path: '/dicom-web/studies', ...payload, timeoutMs: 600_000 }))

      const study = generateUid()
      const objects = Array.from({ length: instances }, () => makeObject({ study, series: `${study}.1` }))
      const stored = await post(multipartOf(objects))
      if (stored.status !== 200 || new Set(stored.acknowledged).size !== instances) {
        watch.violated(`${stored.status}: ${stored.acknowledged.length} of ${instances} instances acknowledged`)
      }
      const found = (await search(server.origin, `studies/${study}/instances?includefield=00080018`)).length
      if (found !== instances) watch.violated(`${found} of ${instances} instances found`)
      watch.progress(`${instances} instances stored`)

      const junkPart = { headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from('not DICOM') }
      const refused = await post(multipart('application/dicom', Array(junk).fill(junkPart)))
      if (refused.status !== 409 || refused.failureReasons.length !== junk) {
        watch.violated(`${refused.status}: ${refused.failureReasons.length} of ${junk} junk parts refused`)
      }
      const tooMany = await post(multipart('application/dicom', Array(junk + 1).fill(junkPart)))
      if (tooMany.status < 400 || tooMany.status >= 500) watch.violated(`${junk + 1} parts: ${tooMany.status}`)

      const grownMiB = Math.round(((await server.peakBytes()) - idle) / MiB)
      if (grownMiB > memoryMebibytes) watch.violated(`memory grew by ${grownMiB} MiB`)
      await server.stop()
      return {
        instances,
        storedMs: Math.round(stored.ms),
        junk,
        refusedMs: Math.round(refused.ms),
        tooManyMs: Math.round(tooMany.ms),
        idleMiB: Math.round(idle / MiB),
        grownMiB,
      }
    }),
}
