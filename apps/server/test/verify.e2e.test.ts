import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

const servers: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')))
})

async function serve(data: string | undefined, ...args: readonly string[]): Promise<ServerProcess> {
  const server = await startServer([...(data === undefined ? [] : ['--data', data]), ...args])
  servers.push(server)
  return server
}

/** Bytes: such an instance is an object of its own. */
const beyondPacks = 1_200_000

async function deleteOneObject(data: string): Promise<void> {
  const entries = await readdir(join(data, 'objects'), { recursive: true, withFileTypes: true })
  const file = entries.find(
    (entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.parentPath.includes('/.'),
  )
  await rm(join(file?.parentPath ?? '', file?.name ?? ''))
}

test('a server verifies while it serves, tells of what is missing, stays ready, and the report has it', async () => {
  const first = await serve(undefined, '--verify-budget', '0')
  const { data } = first
  for (let n = 0; n < 3; n++) {
    const { status } = await postParts(
      { root: `${first.origin}/dicom-web` },
      dicomParts(tinyInstance({ pixels: beyondPacks })),
    )
    expect(status).toBe(200)
  }
  expect((await runCommand(['verify', '--report', '--data', data])).stderr).toMatch(/No server has verified/)
  await deleteOneObject(data)
  // Beside the one that does not: the data folder goes with the first.
  const second = await serve(data)
  await second.logged('"event":"damaged"')
  await second.logged('"msg":"verified"')
  expect((await fetch(`${second.origin}/readyz`)).status).toBe(200)
  const report = await runCommand(['verify', '--report', '--data', data])
  expect(report.status).toBe(1)
  expect(report.stdout).toMatch(/^missing\t2\.25\.1\/2\.25\.2\/2\.25\.3/)
  expect(report.stderr).toMatch(/last whole round.*3 instances/)
  expect(report.stderr).toMatch(/1 objects are not as they were stored/)
})
