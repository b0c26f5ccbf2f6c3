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

interface SansfilmPlan {
  readonly name?: 'sansfilm' | 'scaled'
  /** Of Node, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[]
  /** Of `sansfilm serve`. */
  readonly options?: readonly string[]
}

/** `sansfilm serve` as anybody runs it, on an empty archive. */
export async function startSansfilm(folder: string, plan: SansfilmPlan = {}): Promise<Archive> {
  const { name = 'sansfilm', nodeOptions = [], options = [] } = plan
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const data = join(folder, 'data')
  const places = ['--port', String(port), '--data', data, ...options]
  const [command, args] = sansfilmCommand('serve', '--log-level', 'warn', ...places)
  const probe = `${root}/studies?limit=1`
  const child = await startProcess({ command, args: [...nodeOptions, ...args], port, probe })
  return dicomwebArchive({ name, port, folder }, root, child)
}
