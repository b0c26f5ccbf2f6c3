import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { startTestServer } from '@sansfilm/index-postgres/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { describeIf } from './support/describe-if.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(120_000)

/** Where the archive of a run lies, as variables. */
type Where = Readonly<Record<'SANSFILM_DATA', string>> & NodeJS.ProcessEnv

let folder: string
let backup: string
const servers: ServerProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  backup = join(folder, 'backup')
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')))
  await rm(folder, { recursive: true, force: true })
})

const study = (n: number): string => `2.25.20.${n}`
const inStudy = (n: number, pixels = 64): Uint8Array =>
  tinyInstance({ study: study(n), series: `${study(n)}.1`, patientID: `P${n}`, patientName: `NAME^${n}`, pixels })

/** Bytes: such an instance is an object of its own. */
const beyondPacks = 1_200_000

async function serve(where: Where): Promise<ServerProcess> {
  const server = await startServer(['--data', where.SANSFILM_DATA], { env: where })
  servers.push(server)
  return server
}

async function stopAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
}

async function store({ origin }: ServerProcess, ...instances: readonly Uint8Array[]): Promise<void> {
  for (const bytes of instances) {
    expect((await postParts({ root: `${origin}/dicom-web` }, dicomParts(bytes))).status).toBe(200)
  }
}

/** Each study with what a search tells of it, and a digest of its files: a zip is the same bytes every time. */
async function contentsOf({ origin }: ServerProcess): Promise<ReadonlyMap<string, unknown>> {
  const list = async (path: string) => {
    const response = await fetch(`${origin}/dicom-web/${path}`)
    const text = (await response.text()).replaceAll(origin, '')
    return text === '' ? [] : (JSON.parse(text) as Record<string, { Value: string[] }>[])
  }
  const found = new Map<string, unknown>()
  for (const attributes of await list('studies')) {
    const uid = attributes['0020000D']?.Value[0] ?? ''
    const zip = await fetch(`${origin}/dicom-web/studies/${uid}`, { headers: { accept: 'application/zip' } })
    expect(zip.status).toBe(200)
    const digest = createHash('sha256')
      .update(Buffer.from(await zip.arrayBuffer()))
      .digest('hex')
    const instances = await list(`instances?StudyInstanceUID=${uid}&includefield=all`)
    found.set(uid, { attributes, instances, digest })
  }
  return found
}

async function expectVerified(where: Where): Promise<void> {
  expect(await runCommand(['verify'], where)).toMatchObject({ status: 0, stdout: '' })
}

/** Backs up, and gives the name of the snapshot. */
async function backUp(where: Where, ...args: readonly string[]): Promise<string> {
  const { status, stderr } = await runCommand(['backup', '--to-data', backup, ...args], where)
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const name = /Snapshot (\S+)\./.exec(stderr)?.[1] ?? ''
  expect(name).toMatch(/^\d{4}-/)
  // Snapshots are named by the second.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  return name
}

const restore = (where: Where, ...args: readonly string[]) =>
  runCommand(['restore', '--from-data', backup, ...args], where)

async function objectFiles(data: string): Promise<readonly string[]> {
  const found: string[] = []
  const all = await readdir(join(data, 'objects'), { recursive: true, withFileTypes: true })
  for (const entry of all) if (entry.isFile()) found.push(join(entry.parentPath, entry.name))
  return found.filter((file) => !file.includes('/.'))
}

describe('a backup of files and SQLite', () => {
  let where: Where
  beforeEach(() => {
    where = { SANSFILM_DATA: join(folder, 'archive') }
  })

  test('the disk is lost: everything up to the last backup comes back, though stores went on meanwhile', async () => {
    const server = await serve(where)
    await store(server, inStudy(1), inStudy(1), inStudy(2))
    // Stores and backup at the same time, more than once.
    let storing = true
    const busy = (async () => {
      for (let n = 10; storing; n++) await store(server, inStudy(n), inStudy(1))
    })()
    await backUp(where)
    await backUp(where)
    storing = false
    await busy
    await backUp(where)
    const before = await contentsOf(server)
    expect(before.size).toBeGreaterThan(3)
    await stopAll()
    await rm(where.SANSFILM_DATA, { recursive: true })
    expect(await restore(where)).toMatchObject({ status: 0 })
    expect(await contentsOf(await serve(where))).toEqual(before)
    await expectVerified(where)
  })

  test('each snapshot by itself is whole, whatever was stored while it was made', async () => {
    const server = await serve(where)
    await store(server, inStudy(1))
    let storing = true
    const busy = (async () => {
      for (let n = 10; storing; n++) await store(server, inStudy(n))
    })()
    const names = [await backUp(where), await backUp(where)]
    storing = false
    await busy
    for (const name of names) {
      const other: Where = { SANSFILM_DATA: join(folder, name) }
      expect(await restore(other, '--at', name)).toMatchObject({ status: 0 })
      await expectVerified(other)
    }
  })

  test('the index is lost: rows come from the backup, what came later from the objects', async () => {
    let server = await serve(where)
    await store(server, inStudy(1), inStudy(2))
    await backUp(where)
    await store(server, inStudy(3))
    const before = await contentsOf(server)
    await stopAll()
    for (const end of ['', '-wal', '-shm']) await rm(join(where.SANSFILM_DATA, `index.sqlite${end}`), { force: true })
    const objects = await objectFiles(where.SANSFILM_DATA)
    expect((await restore(where)).stderr).toMatch(/2 copied \(0 B\)/)
    expect(await objectFiles(where.SANSFILM_DATA)).toEqual(objects)
    expect(await runCommand(['reindex'], where)).toMatchObject({ status: 0 })
    server = await serve(where)
    expect(await contentsOf(server)).toEqual(before)
    await expectVerified(where)
  })

  test('objects are lost or rot: the backup brings them again, while the archive serves', async () => {
    const server = await serve(where)
    await store(server, ...[1, 2, 3].map((n) => inStudy(n, beyondPacks)))
    await backUp(where)
    const before = await contentsOf(server)
    const [one = '', two = ''] = await objectFiles(where.SANSFILM_DATA)
    await rm(one)
    const bytes = await readFile(two)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(two, bytes)
    const found = await runCommand(['verify'], where)
    expect(found.status).toBe(1)
    expect(
      found.stdout
        .split('\n')
        .map((line) => line.split('\t')[0])
        .sort(),
    ).toEqual(['', 'different', 'missing'])
    const repaired = await restore(where, '--repair')
    expect(repaired.status).toBe(0)
    expect(repaired.stderr).toMatch(/2 copied/)
    await expectVerified(where)
    expect(await contentsOf(server)).toEqual(before)
  })

  test('a study is deleted by mistake: an earlier snapshot has it, and it alone is brought back', async () => {
    const server = await serve(where)
    await store(server, inStudy(1), inStudy(2), inStudy(3))
    const before = await contentsOf(server)
    const name = await backUp(where)
    for (const n of [1, 2]) {
      expect((await fetch(`${server.origin}/dicom-web/studies/${study(n)}`, { method: 'DELETE' })).ok).toBe(true)
    }
    await backUp(where)
    expect((await restore(where)).stderr).toMatch(/ 0 copied/)
    expect(await restore(where, '--at', name, '--study', study(1))).toMatchObject({ status: 0 })
    const after = await contentsOf(server)
    expect([...after.keys()].sort()).toEqual([study(1), study(3)])
    expect(after.get(study(1))).toEqual(before.get(study(1)))
    await expectVerified(where)
  })

  test('old snapshots go, and with them what only they refer to', async () => {
    const server = await serve(where)
    await store(server, inStudy(1, beyondPacks), inStudy(2, beyondPacks))
    await backUp(where)
    await fetch(`${server.origin}/dicom-web/studies/${study(1)}`, { method: 'DELETE' })
    await backUp(where)
    expect(await objectFiles(backup)).toHaveLength(2)
    await backUp(where, '--keep', '2')
    // Younger than the grace of sweeps: it stays for now.
    expect(await objectFiles(backup)).toHaveLength(2)
    const longAgo = new Date(Date.now() - 86_400_000)
    for (const file of await objectFiles(backup)) await utimes(file, longAgo, longAgo)
    const last = await backUp(where, '--keep', '1')
    expect(await objectFiles(backup)).toHaveLength(1)
    expect(await readdir(join(backup, 'snapshots'))).toEqual([`${last}.sqlite`])
    const other: Where = { SANSFILM_DATA: join(folder, 'other') }
    expect(await restore(other)).toMatchObject({ status: 0 })
    await expectVerified(other)
  })

  test('a backup is an archive, and is left as it is by who restores from it', async () => {
    await store(await serve(where), inStudy(1))
    const name = await backUp(where)
    const file = join(backup, 'snapshots', `${name}.sqlite`)
    const { mtimeMs, size } = await stat(file)
    expect(await restore({ SANSFILM_DATA: join(folder, 'other') }, '--at', name)).toMatchObject({ status: 0 })
    expect(await stat(file)).toMatchObject({ mtimeMs, size })
    expect((await contentsOf(await serve({ SANSFILM_DATA: backup }))).size).toBe(1)
  })

  test('what makes no sense is refused in plain words', async () => {
    await mkdir(where.SANSFILM_DATA)
    await store(await serve(where), inStudy(1))
    await backUp(where)
    const other: Where = { SANSFILM_DATA: join(folder, 'other') }
    expect((await restore(other, '--at', '2001-01-01T00-00-00Z')).stderr).toMatch(
      /There is no snapshot 2001[\s\S]*There are:/,
    )
    expect((await runCommand(['restore', '--from-data', join(folder, 'none')], other)).stderr).toMatch(/no backup/)
    expect((await runCommand(['backup'], where)).stderr).toMatch(/--to-data/)
    expect((await runCommand(['backup', '--to-data', where.SANSFILM_DATA], where)).stderr).toMatch(/lost with it/)
  })
})

const database = await startTestServer()
describeIf(typeof database !== 'string', String(database), 'a backup of PostgreSQL and S3', () => {
  if (typeof database === 'string') return
  let bucket: FauxqsServer
  afterAll(() => database.stop())
  beforeEach(async () => {
    bucket = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
    for (const name of ['images', 'backup', 'other']) bucket.createBucket(name)
  })
  afterEach(() => bucket.stop())
  const storage = (name: string) => `s3://KEY:SECRET@127.0.0.1:${bucket.port}/${name}?tls=false`

  test('database and bucket are lost, and come back from a backup in a folder or another bucket', async () => {
    const where: Where = {
      SANSFILM_DATA: join(folder, 'archive'),
      SANSFILM_INDEX: await database.newArchive(),
      SANSFILM_STORAGE: storage('images'),
    }
    const server = await serve(where)
    await store(server, inStudy(1), inStudy(1), inStudy(2))
    const before = await contentsOf(server)
    for (const [n, objects] of ['files', storage('backup')].entries()) {
      backup = join(folder, `backup-${n}`)
      await backUp(where, '--to-storage', objects)
      const other: Where = {
        SANSFILM_DATA: join(folder, `other-${n}`),
        SANSFILM_INDEX: await database.newArchive(),
        SANSFILM_STORAGE: `${storage('other')}&region=r${n}`.replace('/other', `/other/${n}`),
      }
      expect(await restore(other, '--from-storage', objects)).toMatchObject({ status: 0 })
      expect(await contentsOf(await serve(other))).toEqual(before)
      await expectVerified(other)
    }
  })
})
