import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A server of its own process, so that its memory can be told apart. */
export interface ServerProcess {
  readonly root: string
  /** Resident bytes now. */
  residentBytes(): Promise<number>
  stop(): Promise<void>
}

const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url))

/** Starts `sansfilm serve` on an empty archive in a temporary folder. */
export async function startServerProcess(nodeOptions: readonly string[] = []): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'sansfilm-bench-'))
  const child = spawn(
    process.execPath,
    [
      ...nodeOptions,
      '--conditions=sansfilm-source',
      '--disable-warning=ExperimentalWarning',
      main,
      'serve',
      '--port',
      '0',
      '--data',
      data,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const root = await addressOf(child)
  return {
    root,
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
    },
    async stop() {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** The DICOMweb root that the server prints when it is ready. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      printed += bytes
      const address = /DICOMweb\s+(http\S+)/.exec(printed)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('exit', (status) => reject(new Error(`the server ended with status ${status}: ${printed}`)))
  })
}
