import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { startTestServer, type TestServer } from '@sansfilm/index-postgres/testing'
import { s3Storage } from '@sansfilm/storage-s3'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand, type ServerProcess, startCommand, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(120_000)

let folder: string
let bucket: FauxqsServer
const servers: ServerProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  bucket = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
  bucket.createBucket('images')
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')))
  await bucket.stop()
  await rm(folder, { recursive: true, force: true })
})

const database = await startTestServer()
if (typeof database === 'string') test.skip(`a move to a database [skipped: ${database}]`, () => {})
else {
  afterAll(() => database.stop())
  casesOn(database)
}

const storage = () => `s3://KEY:SECRET@127.0.0.1:${bucket.port}/images?tls=false`

async function importInstances(data: string, instances: readonly Uint8Array[]): Promise<void> {
  const files = join(folder, 'files')
  await rm(files, { recursive: true, force: true })
  await mkdir(files)
  await Promise.all(instances.map((bytes, n) => writeFile(join(files, `${n}.dcm`), bytes)))
  expect(await runCommand(['import', '--data', data, files])).toMatchObject({ status: 0 })
}

/** What every client sees of an archive, but for what depends on its address. */
async function answersOf({ origin }: ServerProcess): Promise<unknown> {
  const get = async (path: string) => {
    const response = await fetch(`${origin}/dicom-web/${path}`, { headers: { accept: 'application/dicom+json' } })
    return (await response.text()).replaceAll(origin, '')
  }
  const studies = await get('studies?includefield=all')
  const metadata = await Promise.all(
    (JSON.parse(studies) as Record<string, { Value?: string[] }>[]).map((study) =>
      get(`studies/${study['0020000D']?.Value?.[0]}/metadata`),
    ),
  )
  return { studies, series: await get('series'), instances: await get('instances?includefield=all'), metadata }
}

async function objectsInBucket(): Promise<number> {
  const store = s3Storage({
    endpoint: `http://127.0.0.1:${bucket.port}`,
    bucket: 'images',
    credentials: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
  })
  let count = 0
  for await (const _ of store.list()) count++
  await store.close()
  return count
}

function casesOn(database: TestServer): void {
  test('an archive moves to a database and a bucket while it serves, is killed on the way, and moves back', async () => {
    const source = join(folder, 'source')
    const instances = Array.from({ length: 60 }, (_, n) =>
      tinyInstance({
        study: `2.25.10.${n % 7}`,
        series: `2.25.10.${n % 7}.1`,
        patientID: `P${n % 7}`,
        pixels: 1_100_000,
      }),
    )
    await importInstances(source, instances)
    const serving = await startServer(['--data', source])
    servers.push(serving)
    const to = { SANSFILM_TO_INDEX: await database.newArchive(), SANSFILM_TO_STORAGE: storage() }

    const { child } = startCommand(['move', '--data', source], to)
    const ended = once(child, 'exit')
    while ((await objectsInBucket()) < 5 && child.exitCode === null) await pause(20)
    child.kill('SIGKILL')
    await ended
    const afterKill = await objectsInBucket()
    expect(afterKill).toBeGreaterThanOrEqual(5)
    expect(afterKill).toBeLessThan(60)

    // The source takes stores and deletions meanwhile.
    const late = tinyInstance({ study: '2.25.10.1', series: '2.25.10.1.2', patientID: 'P1' })
    expect((await postParts({ root: `${serving.origin}/dicom-web` }, dicomParts(late))).status).toBe(200)
    const first = await runCommand(['move', '--data', source], to)
    expect(first).toMatchObject({ status: 0 })
    expect(first.stderr).toMatch(/To switch over/)
    expect(first.stdout + first.stderr).not.toContain('SECRET')
    const removed = await fetch(`${serving.origin}/dicom-web/studies/2.25.10.2`, { method: 'DELETE' })
    expect(removed.ok).toBe(true)
    const second = await runCommand(['move', '--data', source, '--verify'], to)
    expect(second).toMatchObject({ status: 0 })
    expect(second.stderr).toMatch(/0 copied .*52 were there, 9 removed, 0 left out/)

    const there = { SANSFILM_INDEX: to.SANSFILM_TO_INDEX, SANSFILM_STORAGE: to.SANSFILM_TO_STORAGE }
    const moved = await startServer([], { env: there })
    servers.push(moved)
    expect(await answersOf(moved)).toEqual(await answersOf(serving))
    // It may have got instances of its own by now, which the old archive does not know.
    expect((await runCommand(['move', '--data', source], to)).stderr).toMatch(/was served since/)

    const back = join(folder, 'back')
    const home = await runCommand(['move', '--verify'], {
      ...there,
      SANSFILM_DATA: join(folder, 'any'),
      SANSFILM_TO_DATA: back,
      SANSFILM_TO_INDEX: 'sqlite',
      SANSFILM_TO_STORAGE: 'files',
    })
    expect(home).toMatchObject({ status: 0 })
    const returned = await startServer(['--data', back])
    servers.push(returned)
    expect(await answersOf(returned)).toEqual(await answersOf(serving))
    expect(await runCommand(['verify', '--data', back])).toMatchObject({ status: 0 })
  })

  test('only the index moves where objects are to stay, and nothing is written to storage', async () => {
    const source = join(folder, 'source')
    await importInstances(source, [tinyInstance(), tinyInstance()])
    const objects = await readdir(join(source, 'objects'), { recursive: true })
    const to = { SANSFILM_TO_INDEX: await database.newArchive() }
    expect(await runCommand(['move', '--data', source, '--verify'], to)).toMatchObject({ status: 0 })
    expect(await readdir(join(source, 'objects'), { recursive: true })).toEqual(objects)
    const env = { SANSFILM_INDEX: to.SANSFILM_TO_INDEX }
    expect((await runCommand(['verify', '--data', source], env)).stderr).toMatch(/2 instances verified/)
  })
}

test('a target that holds other instances is refused, and left as it is', async () => {
  const [source, other] = [join(folder, 'source'), join(folder, 'other')]
  await importInstances(source, [tinyInstance()])
  await importInstances(other, [tinyInstance(), tinyInstance()])
  const refused = await runCommand(['move', '--data', source, '--to-data', other])
  expect(refused.status).toBe(1)
  expect(refused.stderr).toMatch(/holds instances already/)
  expect((await runCommand(['verify', '--data', other])).stderr).toMatch(/2 instances verified/)
  expect((await runCommand(['move', '--data', source])).stderr).toMatch(/onto itself/)
})
