import { execFile } from 'node:child_process'
import { readFile, statfs } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { hasWrk } from '../measure/wrk.ts'

/** What was measured on. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly fileSystem: string
  readonly client: string
  readonly commit: string
}

/** @param folder where the archives lie */
export async function describeMachine(folder: string): Promise<Machine> {
  const run = (command: string, ...args: string[]) =>
    promisify(execFile)(command, args).then(
      ({ stdout }) => stdout.trim(),
      () => 'unknown',
    )
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const { bsize, bavail } = await statfs(folder)
  const kind = await run('stat', '-f', '-c', '%T', folder)
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${/PRETTY_NAME="(.+)"/.exec(osRelease)?.[1] ?? 'Linux'}, kernel ${release()}`,
    fileSystem: `${kind}, ${Math.round((bsize * bavail) / 2 ** 30)} GiB free`,
    client: hasWrk ? 'wrk for small answers, sockets that count bytes for large ones' : 'sockets that count bytes',
    commit: await run('git', 'rev-parse', '--short', 'HEAD'),
  }
}
