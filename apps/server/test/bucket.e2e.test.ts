import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

const secret = 'a-secret-that-nobody-reads'

let folder: string
let store: FauxqsServer
let server: ServerProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
  store.createBucket('images')
})
afterEach(async () => {
  await server?.stop('SIGKILL')
  server = undefined
  await store.stop()
  await rm(folder, { recursive: true, force: true })
})

const storage = () => `s3://KEY:${secret}@127.0.0.1:${store.port}/images?tls=false`

const countInstances = async (origin: string): Promise<number> => {
  const response = await fetch(`${origin}/dicom-web/instances`)
  return response.status === 204 ? 0 : ((await response.json()) as unknown[]).length // PS3.18 §10.6.3.3.2: a list
}

test('an archive keeps its objects in a bucket, and a new data folder gets its index from there', async () => {
  const file = join(folder, 'one.dcm')
  await writeFile(file, tinyInstance())
  const env = { SANSFILM_STORAGE: storage() }
  const first = join(folder, 'first')
  expect(await runCommand(['import', '--data', first, file], env)).toMatchObject({ status: 0 })
  expect(await readdir(first)).not.toContain('objects')

  const second = join(folder, 'second')
  expect(await runCommand(['reindex', '--data', second], env)).toMatchObject({ status: 0 })
  expect(await runCommand(['verify', '--data', second], env)).toMatchObject({ status: 0 })

  server = await startServer(['--data', second], { env })
  expect(await countInstances(server.origin)).toBe(1)
  expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
  await server.logged('"msg":"swept"')
  const { stdout, stderr } = server.output
  expect(stderr).toContain(`http://127.0.0.1:${store.port}/images`)
  expect(stdout + stderr).not.toContain(secret)
})

test('a bucket that belongs to another index is refused in plain words, and nothing in it is swept', async () => {
  const file = join(folder, 'one.dcm')
  await writeFile(file, tinyInstance())
  const env = { SANSFILM_STORAGE: storage() }
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  expect(await runCommand(['import', '--data', first, file], env)).toMatchObject({ status: 0 })
  for (const command of [
    ['import', file],
    ['serve', '--port', '0'],
    ['sweep', '--even-if-index-is-empty'],
    ['compact'],
  ]) {
    const { status, stderr } = await runCommand([...command, '--data', second, '--sweep-grace', '1m'], env)
    expect({ command, status }).toEqual({ command, status: 1 })
    expect(stderr).toContain('belongs to another index')
  }
  expect(await runCommand(['verify', '--data', first], env)).toMatchObject({ status: 0 })
})

test('a server whose bucket is not there runs, is not ready, and says why', async () => {
  server = await startServer(['--storage', storage().replace('images', 'other')])
  expect((await fetch(`${server.origin}/readyz`)).status).toBe(503)
  await server.logged('NoSuchBucket')
  expect(server.output.stdout).not.toContain(secret)
})
