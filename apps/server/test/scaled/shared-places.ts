import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@sansfilm/index-postgres/testing'
import { databasePart } from './database-part.ts'
import { objectsPart } from './objects-part.ts'

/** What servers of one archive share. */
export interface SharedPlaces {
  /** As the settings of the server name it. */
  readonly env: { readonly SANSFILM_INDEX: string; readonly SANSFILM_STORAGE: string }
  /** When nobody uses it any more. */
  remove(): Promise<void>
}

/** Whether the tests of the Studies Service are to run on several servers: `npm run test:scaled`. */
export const isScaled = process.env.SANSFILM_TEST_SETUP === 'scaled'

let made = 0

/** A new archive in the database and the bucket that `startServices` has left in the environment. */
export async function newSharedPlaces(): Promise<SharedPlaces> {
  const { SANSFILM_TEST_POSTGRES_URL: database, SANSFILM_TEST_BUCKET: bucket } = process.env
  if (!database || !bucket) throw new Error('There is no database and no bucket: use npm run test:scaled')
  const server = await startTestServer()
  if (typeof server === 'string') throw new Error(server)
  const index = new URL(await server.newArchive())
  index.searchParams.set('connections', '4')
  const storage = new URL(bucket)
  storage.pathname += `/${process.pid}-${Date.now()}-${++made}`
  return {
    env: { SANSFILM_INDEX: index.href, SANSFILM_STORAGE: storage.href },
    remove: () => server.stop(),
  }
}

/** A database and a bucket for tests. */
export interface Services {
  /** What tells tests of them. */
  readonly env: NodeJS.ProcessEnv
  stop(): Promise<void>
}

/** Starts PostgreSQL and an object store. @param say is told what they are */
export async function startServices(say: (text: string) => void): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'sansfilm-'))
  // PostgreSQL runs as somebody else where this runs as root, and has to come by.
  await chmod(folder, 0o711)
  const database = await databasePart(join(folder, 'database'))
  const objects = await objectsPart(join(folder, 'objects'))
  for (const part of [database, objects]) {
    await part.start()
    say(part.name)
  }
  return {
    env: { SANSFILM_TEST_POSTGRES_URL: database.index, SANSFILM_TEST_BUCKET: objects.storage },
    async stop() {
      await Promise.all([database.stop(), objects.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
