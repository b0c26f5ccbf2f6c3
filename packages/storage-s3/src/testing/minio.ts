import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A MinIO server of its own, as the process it is: to be started, ended and killed as often as one likes. */
export interface MinioServer {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Resolves when it serves, on the same port each time. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends it as a loss of power would. */
  kill(): Promise<void>
}

/** The program `SANSFILM_MINIO`, or the one on the path; `undefined` where there is none. */
export function findMinio(env: NodeJS.ProcessEnv): string | undefined {
  const program = env.SANSFILM_MINIO || 'minio'
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return program
  } catch {
    return undefined
  }
}

/** @param folder where it keeps what is stored; a folder in it is a bucket */
export async function createMinioServer(program: string, folder: string): Promise<MinioServer> {
  const credentials = { accessKeyId: 'sansfilm', secretAccessKey: 'sansfilm-secret' }
  const address = `127.0.0.1:${await freePort()}`
  const endpoint = `http://${address}`
  let child: ChildProcess | undefined
  process.once('exit', () => child?.kill('SIGKILL'))

  const start = async () => {
    child = spawn(program, ['server', folder, '--quiet', '--address', address], {
      env: {
        ...process.env,
        MINIO_ROOT_USER: credentials.accessKeyId,
        MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      },
      stdio: 'ignore',
      // In a process group of its own: an interrupt at the terminal is for who started it.
      detached: true,
    })
    await answers(`${endpoint}/minio/health/ready`, child)
  }
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  return { endpoint, credentials, start, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
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
