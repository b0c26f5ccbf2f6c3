import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HttpConnection } from '../measure/http-connection.ts'
import { sansfilmCommand } from '../servers/sansfilm.ts'
import { archiveNames, type BenchServer } from '../servers/server.ts'
import { makeFreshCopies } from '../studies/fresh-copies.ts'
import type { Key } from './key.ts'

/** A folder of files into a running archive, by the tool that each has: our `import`, Orthanc's script that posts files. */
export const importKeys: readonly Key[] = [
  {
    name: 'import',
    measures: 'a folder of CT slices into a running archive',
    unit: 'instances/s',
    better: 'more',
    state: 'empty',
    servers: archiveNames,
    targets: { orthanc: 1.5 },
    async run(server, { studies, sizes, work }) {
      const folder = join(work, 'import')
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      const fresh = await makeFreshCopies(studies.ct, sizes.largeStores)
      for (const { instance, bytes } of fresh) await writeFile(join(folder, `${instance}.dcm`), bytes)
      const start = performance.now()
      await (server.name === 'orthanc' ? postFiles(server, folder) : importByCommand(server, folder))
      return fresh.length / ((performance.now() - start) / 1000)
    },
  },
]

async function importByCommand({ port }: BenchServer, folder: string): Promise<void> {
  const [command, args] = sansfilmCommand('import', folder, '--to', `http://127.0.0.1:${port}/dicom-web`)
  await promisify(execFile)(command, args)
}

/** As Orthanc's ImportDicomFiles does: one file after the other. */
async function postFiles({ port }: BenchServer, folder: string): Promise<void> {
  const connection = await HttpConnection.open(port)
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name))
    const headers = { 'content-type': 'application/dicom', accept: 'application/json' }
    const request = {
      method: 'POST',
      target: '/instances',
      headers,
      body: { length: bytes.length, bytes: [bytes] },
    } as const
    const { status } = await connection.exchange(request)
    if (status !== 200) throw new Error(`Orthanc answered ${status} to a file`)
  }
  connection.close()
}
