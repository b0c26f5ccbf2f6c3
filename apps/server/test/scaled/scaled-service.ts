import { afterAll } from '@jest/globals'
import type { Backend } from '@sansfilm/core'
import type { TestArchive, TestArchiveOptions } from '../support/test-archive.ts'
import { argumentsFor } from './arguments-for.ts'
import { openService } from './open-service.ts'
import { type ServerGroup, startProcesses, startServices } from './server-group.ts'
import { isScaled } from './shared-places.ts'

/** Groups whose archive was emptied, by how they were started: a test file has dozens of archives of one kind. */
const idle = new Map<string, ServerGroup[]>()
let isOver = false
if (isScaled) {
  afterAll(async () => {
    isOver = true
    await Promise.all([...idle.values()].flat().map((group) => group.close()))
  })
}

/**
 * An archive in PostgreSQL and a bucket, behind three servers that take turns: processes of the app where its command line
 * can say what `options` ask for, and services in this process where it cannot. They may have served another test, whose
 * instances are removed since. `dicomweb` is a fourth, which has seen nothing of what the others did.
 */
export async function startScaledService(options: TestArchiveOptions): Promise<TestArchive> {
  const { withoutCodecs = false, ...rest } = options
  const args = argumentsFor(rest)
  const kind = args && JSON.stringify([args, withoutCodecs])
  const group =
    args === undefined || kind === undefined
      ? await startServices(options)
      : (idle.get(kind)?.pop() ?? (await startProcesses(args, withoutCodecs)))
  const { dicomweb, close } = await openService(group.places, options)
  return {
    root: `${group.origin}/dicom-web`,
    dicomweb,
    async close() {
      const isWanted = kind !== undefined && !isOver
      if (isWanted) {
        await empty(dicomweb.backend)
        idle.set(kind, [...(idle.get(kind) ?? []), group])
      }
      await close()
      if (!isWanted) await group.close()
    },
  }
}

async function empty({ index, storage }: Backend): Promise<void> {
  const studies = new Set<string>()
  for await (const { study } of index.all()) studies.add(study)
  for (const study of studies) await index.remove({ partition: 'default', study })
  for await (const { key } of storage.list()) await storage.delete(key)
}
