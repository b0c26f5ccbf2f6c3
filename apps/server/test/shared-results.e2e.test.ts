import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { generateUid, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { startTestServer, type TestServer } from '@sansfilm/index-postgres/testing'
import { type FaultyNetwork, startFaultyNetwork } from '@sansfilm/storage-s3/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { imageDataset } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'

/* What one server has made of instances, another serves at once: the caches follow the archive. */

jest.setTimeout(60_000)

const [study, series] = ['2.25.700', '2.25.701']
/** As many as a series has whose metadata is kept for later. */
const count = 20

const database = await startTestServer()
if (typeof database === 'string') test.skip(`servers that share results [skipped: ${database}]`, () => {})
else cases(database)

function cases(database: TestServer): void {
  let store: FauxqsServer
  let network: FaultyNetwork
  let env: Record<string, string>
  const servers: ServerProcess[] = []

  const start = async () => {
    // Without what a server does of its own accord: only requests of reads are to be counted.
    const server = await startServer(['--sweep-interval', '0', '--verify-budget', '0'], { env })
    servers.push(server)
    return server
  }
  const get = async ({ origin }: ServerProcess, path: string) => {
    const response = await fetch(`${origin}/dicom-web/studies/${study}/series/${series}${path}`)
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1')

    return { status: response.status, text, etag: response.headers.get('etag') }
  }
  const isRendering = (request: string) => /^PUT .*\.derived\/.*-rendered$/.test(request)
  const objectsRead = () => network.seen.filter((request) => /^GET \/default\//.test(request))

  beforeAll(async () => {
    store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
    store.createBucket('images')
    network = await startFaultyNetwork(`http://127.0.0.1:${store.port}`)
    env = {
      SANSFILM_INDEX: await database.newArchive(),
      // As behind a balancer: links in metadata are the same whichever server makes it.
      SANSFILM_PUBLIC_URL: 'https://pacs.example',
      SANSFILM_STORAGE: `s3://KEY:SECRET@${new URL(network.endpoint).host}/images?tls=false`,
    }
    const first = await start()
    const instances = Array.from({ length: count }, () => image())
    expect((await postParts({ root: `${first.origin}/dicom-web` }, dicomParts(...instances))).status).toBe(200)
    expect((await get(first, '/thumbnail')).status).toBe(200)
    expect((await get(first, '/metadata')).status).toBe(200)
    await until(() => network.seen.some(isRendering) && network.seen.some((request) => /-document$/.test(request)))
  }, 60_000)
  afterEach(() => {
    network.fault = () => undefined
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop('SIGKILL')))
    await network.close()
    await store.stop()
    await database.stop()
  })

  test('a fresh server with an empty disk serves a thumbnail and metadata without reading an instance', async () => {
    const [first] = servers as [ServerProcess]
    const fresh = await start()
    for (const path of ['/thumbnail', '/metadata']) {
      const before = network.seen.length
      const answer = await get(fresh, path)
      const requests = network.seen.slice(before)
      expect(requests).toEqual([expect.stringMatching(/^GET \/\.derived\/[0-9a-f]{64}-(rendered|document)$/)])
      expect(answer).toEqual(await get(first, path))
    }
    const before = network.seen.length
    await get(fresh, '/thumbnail')
    expect(network.seen.slice(before)).toEqual([]) // kept on its own disk by now
  })

  test('they do not fail with what is shared: it is made anew', async () => {
    const fresh = await start()
    network.fault = ({ target }) => (target.includes('/.derived/') ? { answer: 503, code: 'SlowDown' } : undefined)
    network.seen.length = 0
    expect((await get(fresh, '/thumbnail')).status).toBe(200)
    expect((await get(fresh, '/metadata')).status).toBe(200)
    expect(objectsRead()).not.toEqual([])
  })

  test('what is stored or deleted since shows at once, whoever kept what', async () => {
    const [first, other] = servers as [ServerProcess, ServerProcess]
    const before = await get(other, '/metadata')
    const added = image()
    await postParts({ root: `${first.origin}/dicom-web` }, dicomParts(added))
    const after = await get(other, '/metadata')
    expect(after.etag).not.toBe(before.etag)
    expect([JSON.parse(before.text).length, JSON.parse(after.text).length]).toEqual([count, count + 1])
  })
}

function image(): Buffer {
  const pixels = { [tags.PixelData]: { vr: 'OB', InlineBinary: Buffer.alloc(256, 99).toString('base64') } } as const
  const dataset = imageDataset({ instance: generateUid(), study, series, rows: 16, columns: 16, bits: 8 })
  return writePart10Buffer({
    dataset: { ...dataset, ...pixels },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
  })
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > end) throw new Error('It did not come about')
  }
}
