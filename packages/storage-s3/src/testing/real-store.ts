import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMinioServer, findMinio } from './minio.ts'

/** A store that checks signatures and keeps what it promises, unlike a test server. */
export interface RealStore {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  stop(): Promise<void>
}

/**
 * The store of `SANSFILM_TEST_S3_ENDPOINT`, with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; or a MinIO server, from
 * the program `SANSFILM_MINIO` or the one on the path; or why there is neither.
 */
export function findRealStore(env: NodeJS.ProcessEnv): { readonly start: () => Promise<RealStore> } | string {
  const endpoint = env.SANSFILM_TEST_S3_ENDPOINT
  if (endpoint !== undefined && endpoint !== '') {
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' }
    return { start: async () => ({ endpoint, credentials, stop: async () => {} }) }
  }
  const program = findMinio(env)
  if (program === undefined) {
    return 'no MinIO: neither SANSFILM_TEST_S3_ENDPOINT, nor SANSFILM_MINIO, nor minio on the path'
  }
  return { start: () => startMinio(program) }
}

async function startMinio(program: string): Promise<RealStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sansfilm-minio-'))
  const { endpoint, credentials, start, kill } = await createMinioServer(program, folder)
  await start()
  return {
    endpoint,
    credentials,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
