import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer } from '@sansfilm/index-postgres/testing'
import { createMinioServer, findMinio } from '@sansfilm/storage-s3/testing'
import { startSansfilm } from './sansfilm.ts'
import { type Archive, MissingServerError } from './server.ts'

const bucket = 'bench'

/** @returns the object store's version @throws MissingServerError where there is no MinIO */
export function findObjectStore(): string {
  const program = findMinio(process.env)
  if (program === undefined) {
    throw new MissingServerError(
      'there is no MinIO for PostgreSQL + MinIO: neither SANSFILM_MINIO, nor minio on the path',
    )
  }
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return `MinIO ${/RELEASE\S+|DEVELOPMENT\S+/.exec(stdout)?.[0] ?? 'of unknown version'} and embedded PostgreSQL`
}

/**
 * `sansfilm serve` as many servers share one archive: the index in PostgreSQL, objects in a bucket, both on this machine,
 * with what they promise of durability.
 * @throws MissingServerError where either does not start
 */
export async function startScaled(folder: string): Promise<Archive> {
  const program = findMinio(process.env) as string // found before
  const objects = join(folder, 'objects')
  // A folder is a bucket.
  await mkdir(join(objects, bucket), { recursive: true })
  const database = await startTestServer()
  if (typeof database === 'string') throw new MissingServerError(database)
  const store = await createMinioServer(program, objects)
  const stopAll = async () => {
    await Promise.all([store.stop(), database.stop()])
  }
  try {
    await store.start()
    const url = new URL(`s3://${new URL(store.endpoint).host}/${bucket}?tls=false`)
    url.username = store.credentials.accessKeyId
    url.password = store.credentials.secretAccessKey
    const places = ['--storage', url.href, '--index', await database.newArchive()]
    const server = await startSansfilm(folder, { name: 'scaled', options: places })
    return {
      ...server,
      get pid() {
        return server.pid
      },
      async stop() {
        await server.stop()
        await stopAll()
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}
