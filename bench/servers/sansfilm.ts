import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dicomwebArchive } from './dicomweb-archive.ts'
import type { Archive } from './server.ts'
import { freePort, startProcess } from './server-process.ts'

const root = '/dicom-web'
const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))
const nodeArgs = ['--conditions=sansfilm-source', '--disable-warning=ExperimentalWarning']

/** The command line that runs `sansfilm` from its sources. */
export const sansfilmCommand = (...args: string[]): readonly [string, readonly string[]] => [
  process.execPath,
  [...nodeArgs, main, ...args],
]

/**
 * `sansfilm serve` as anybody runs it, on an empty archive.
 * @param nodeOptions for the process, such as `--cpu-prof`
 */
export async function startSansfilm(folder: string, nodeOptions: readonly string[] = []): Promise<Archive> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const data = join(folder, 'data')
  const [command, args] = sansfilmCommand('serve', '--port', String(port), '--data', data, '--log-level', 'warn')
  const probe = `${root}/studies?limit=1`
  const child = await startProcess({ command, args: [...nodeOptions, ...args], port, probe })
  return dicomwebArchive({ name: 'sansfilm', port, folder }, root, child)
}
