import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, jest, test } from '@jest/globals'
import { startPostgresProxy, startTestServer, type TestServer } from '@sansfilm/index-postgres/testing'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

const database = await startTestServer()
const servers: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')))
})

if (typeof database === 'string') test.skip(`servers over one database [skipped: ${database}]`, () => {})
else {
  afterAll(() => database.stop())
  casesOn(database)
}

function casesOn(database: TestServer): void {
  test('two servers over one database and one folder of objects are one archive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
    try {
      const env = { SANSFILM_INDEX: await database.newArchive(), SANSFILM_DATA: folder }
      const args = ['--data', folder]
      const [one, other] = [await startServer(args, { env }), await startServer(args, { env })]
      servers.push(one, other)
      const instances = Array.from({ length: 24 }, () => tinyInstance())
      const stored = await Promise.all(
        instances.map((bytes, i) => postParts(rootOf(i % 2 === 0 ? one : other), dicomParts(bytes))),
      )
      expect(stored.map(({ status }) => status)).toEqual(instances.map(() => 200))
      for (const server of [one, other]) {
        const [study] = await search(server, 'studies')
        expect(study?.['00201208']?.Value).toEqual([instances.length]) // Number of Study Related Instances
        expect(await search(server, 'instances')).toHaveLength(instances.length)
        expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
        expect(server.output.stdout + server.output.stderr).not.toContain('sansfilm:sansfilm')
      }
      expect(await runCommand(['verify'], env)).toMatchObject({ status: 0 })
      expect(await runCommand(['sweep'], env)).toMatchObject({ status: 0 })
      expect(await runCommand(['reindex'], env)).toMatchObject({ status: 0 })
      await one.logged('"msg":"swept"')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('a server whose database goes answers 503 with Retry-After, is not ready, and stays', async () => {
    const proxy = await startPostgresProxy(await database.newArchive())
    const server = await startServer([], { env: { SANSFILM_INDEX: proxy.url } })
    servers.push(server)
    expect((await postParts(rootOf(server), dicomParts(tinyInstance()))).status).toBe(200)
    proxy.cut()
    const answers = await Promise.all([
      fetch(`${server.origin}/dicom-web/studies`),
      postParts(rootOf(server), dicomParts(tinyInstance())),
    ])
    for (const { status, headers } of answers) {
      expect(status).toBe(503)
      expect(headers.get('retry-after')).toMatch(/^\d+$/)
    }
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(503)
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200)
    // What an operator must know, and no bug of the program.
    await server.logged('storage or index unavailable')
    expect(server.output.stdout).not.toMatch(/unforeseen|"stack"| at \w+ \(/)
    await proxy.close()
  })

  test('a server without its database does not start, and says so without the password', async () => {
    const env = { SANSFILM_INDEX: 'postgres://user:hush@127.0.0.1:1/archive' }
    const folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
    const { status, stdout, stderr } = await runCommand(['serve', '--data', folder, '--port', '0'], env)
    await rm(folder, { recursive: true, force: true })
    expect(status).toBe(1)
    expect(stderr).toContain('postgres://127.0.0.1:1/archive')
    expect(stdout + stderr).not.toContain('hush')
  })
}

const rootOf = ({ origin }: ServerProcess) => ({ root: `${origin}/dicom-web` })

type Attributes = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>

async function search({ origin }: ServerProcess, what: string): Promise<readonly Attributes[]> {
  const response = await fetch(`${origin}/dicom-web/${what}`)
  return (await response.json()) as readonly Attributes[] // PS3.18 §10.6.3.3.2: a list of the DICOM JSON Model
}
