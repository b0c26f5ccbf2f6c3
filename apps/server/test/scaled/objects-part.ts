import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createMinioServer, findMinio } from '@sansfilm/storage-s3/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { freePort } from './free-port.ts'
import type { Part } from './part.ts'

/** The object store: MinIO where there is one, and a test server in this process where there is not. */
export interface ObjectsPart extends Part {
  /** With the secret: for `--storage`. */
  readonly storage: string
}

const bucket = 'images'

/** @param folder new */
export async function objectsPart(folder: string): Promise<ObjectsPart> {
  await mkdir(folder)
  const program = findMinio(process.env)
  return program === undefined ? testServer(folder) : minio(program, folder)
}

async function minio(program: string, folder: string): Promise<ObjectsPart> {
  // As compose.yaml makes it: to MinIO a folder is a bucket.
  await mkdir(join(folder, bucket))
  const { endpoint, credentials, start, stop, kill } = await createMinioServer(program, folder)
  const { accessKeyId, secretAccessKey } = credentials
  const storage = `s3://${accessKeyId}:${secretAccessKey}@${new URL(endpoint).host}/${bucket}?tls=false`
  return { name: 'MinIO', address: `${endpoint}/${bucket}`, storage, start, stop, kill }
}

async function testServer(folder: string): Promise<ObjectsPart> {
  const port = await freePort()
  let server: FauxqsServer | undefined
  const stop = async () => {
    await server?.stop()
    server = undefined
  }
  return {
    name: 'Test server for S3 (there is no MinIO)',
    address: `http://127.0.0.1:${port}/${bucket}`,
    storage: `s3://sansfilm:any-secret@127.0.0.1:${port}/${bucket}?tls=false`,
    async start() {
      server = await startFauxqs({
        port,
        host: '127.0.0.1',
        logger: false,
        dataDir: folder,
        s3StorageDir: join(folder, 's3'),
      })
      server.createBucket(bucket)
    },
    stop,
    kill: stop,
  }
}
