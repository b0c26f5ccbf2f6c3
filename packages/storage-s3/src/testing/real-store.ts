import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

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
  const program = env.SANSFILM_MINIO || 'minio'
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
  } catch {
    return 'no MinIO: neither SANSFILM_TEST_S3_ENDPOINT, nor SANSFILM_MINIO, nor minio on the path'
  }
  return { start: () => startMinio(program) }
}

async function startMinio(program: string): Promise<RealStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sansfilm-minio-'))
  const credentials = { accessKeyId: 'sansfilm', secretAccessKey: 'sansfilm-secret' }
  const address = `127.0.0.1:${await freePort()}`
  const server = spawn(program, ['server', folder, '--quiet', '--address', address], {
    env: {
      ...process.env,
      MINIO_ROOT_USER: credentials.accessKeyId,
      MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    stdio: 'ignore',
  })
  const endpoint = `http://${address}`
  await answers(`${endpoint}/minio/health/ready`, server)
  return {
    endpoint,
    credentials,
    async stop() {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(100)) {
    if (server.exitCode !== null) throw new Error(`MinIO ended with ${server.exitCode}`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok === true) return
  }
  throw new Error('MinIO does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // of TCP
  server.close()
  await once(server, 'close')
  return port
}
