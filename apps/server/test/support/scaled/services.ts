import { startTestServer } from '@sansfilm/index-postgres/testing'
import { createBucket, findRealStore } from '@sansfilm/storage-s3/testing'
import { startFauxqs } from 'fauxqs'

/** What servers of one archive share. */
export interface SharedPlaces {
  /** As the settings of the server name it. */
  readonly env: { readonly SANSFILM_INDEX: string; readonly SANSFILM_STORAGE: string }
  /** When nobody uses it any more. */
  remove(): Promise<void>
}

const bucket = 'sansfilm-scaled'

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

/**
 * Starts PostgreSQL and an object store, or takes those that the environment names.
 * @param say is told what stands for the object store
 */
export async function startServices(say: (text: string) => void): Promise<Services> {
  const database = await startTestServer()
  if (typeof database === 'string') throw new Error(database)
  const store = await startStore(say)
  await createBucket(store, bucket)
  const { accessKeyId, secretAccessKey } = store.credentials
  const { protocol, host } = new URL(store.endpoint)
  const credentials = `${encodeURIComponent(accessKeyId)}:${encodeURIComponent(secretAccessKey)}`
  return {
    env: {
      SANSFILM_TEST_POSTGRES_URL: database.url,
      SANSFILM_TEST_BUCKET: `s3://${credentials}@${host}/${bucket}?tls=${protocol === 'https:'}`,
    },
    async stop() {
      await database.stop()
      await store.stop()
    },
  }
}

async function startStore(say: (text: string) => void) {
  const found = findRealStore(process.env)
  if (typeof found !== 'string') return found.start()
  say(`${found}. fauxqs stands for it.`)
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
    stop: () => server.stop(),
  }
}
