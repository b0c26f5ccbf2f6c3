import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { compact, createDicomweb, verify } from '@sansfilm/core'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { memoryIndex } from '@sansfilm/memory'
import { s3Storage } from '@sansfilm/storage-s3'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(120_000)

let store: FauxqsServer
let proxy: Server
let storage: InstanceStorage
/** Requests that have come to the store, by their method. */
let counted: Record<string, number> = {}

beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
  store.createBucket('images')
  proxy = createServer((incoming, answer) => {
    counted[incoming.method ?? ''] = (counted[incoming.method ?? ''] ?? 0) + 1
    const { method, url: path, headers } = incoming
    const passed = request({ host: '127.0.0.1', port: store.port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    incoming.pipe(passed)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => proxy.once('listening', resolve))
  storage = s3Storage({
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, // it listens on TCP
    bucket: 'images',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
})
afterAll(async () => {
  await storage.close()
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
  await store.stop()
})

const serviceRoot = 'https://pacs.example'

function storeRequest(objects: readonly Uint8Array[]) {
  async function* body() {
    for (const object of objects) {
      yield Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n')
      yield object
      yield Buffer.from('\r\n')
    }
    yield Buffer.from('--b--')
  }
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
  return { method: 'POST', url: '/studies', serviceRoot, headers, body: body() }
}

test('a series of 4,000 instances that come in their order takes fewer than 20 PUTs to store and 20 GETs to retrieve; a frame takes one', async () => {
  const dicomweb = createDicomweb({ storage, index: memoryIndex() })
  const objects = Array.from({ length: 4_000 }, (_, n) =>
    tinyInstance({ instance: `2.25.3.${10_000 + n}`, pixels: 8_000 }),
  )
  counted = {}
  expect((await dicomweb.handle(storeRequest(objects))).status).toBe(200)
  expect(counted.PUT).toBeLessThan(20)
  expect(counted.POST ?? 0).toBe(0)

  const get = (url: string, headers: Record<string, string>) =>
    dicomweb.handle({ method: 'GET', url, serviceRoot, headers, body: null })
  counted = {}
  const series = await get('/studies/2.25.1/series/2.25.2', { accept: 'multipart/related; type="application/dicom"' })
  const received: Uint8Array[] = []
  for await (const chunk of series.body as AsyncIterable<Uint8Array>) received.push(Buffer.from(chunk)) // too long for one buffer
  expect(counted.GET).toBeLessThan(20)
  const bytes = Buffer.concat(received)
  let start = 0
  for (const [n, object] of objects.entries()) {
    const head = `/instances/2.25.3.${10_000 + n}\r\n\r\n`
    start = bytes.indexOf(head, start) + head.length
    if (Buffer.compare(bytes.subarray(start, start + object.length), object) !== 0)
      throw new Error(`Instance ${n} differs`)
  }

  counted = {}
  const frame = await get('/studies/2.25.1/series/2.25.2/instances/2.25.3.10007/metadata', {})
  expect([frame.status, counted.GET ?? 0]).toEqual([200, 0])
  const one = await get('/studies/2.25.1/series/2.25.2/instances/2.25.3.10007', { accept: 'application/dicom' })
  for await (const _ of one.body as AsyncIterable<Uint8Array>);
  expect(counted.GET).toBe(1)
})

test('a series of 4,000 instances that come in another order, and a thousand of them one a request, takes fewer than 20 GETs when it is compacted', async () => {
  const archive = { storage, index: memoryIndex() }
  const dicomweb = createDicomweb(archive)
  const uidOf = (n: number) => `2.25.4.${10_000 + n}`
  const shuffled = Array.from({ length: 4_000 }, (_, n) => uidOf((n * 1_999) % 4_000)) // without a common factor
  const objectOf = (instance: string) => tinyInstance({ study: '2.25.8', series: '2.25.9', instance, pixels: 4_000 })
  for (const uid of shuffled.slice(0, 1_000)) await dicomweb.handle(storeRequest([objectOf(uid)]))
  await dicomweb.handle(storeRequest(shuffled.slice(1_000).map(objectOf)))

  const retrieve = async () => {
    counted = {}
    const series = await dicomweb.handle({
      method: 'GET',
      url: '/studies/2.25.8/series/2.25.9',
      serviceRoot,
      headers: { accept: 'multipart/related; type="application/dicom"' },
      body: null,
    })
    let bytes = 0
    for await (const chunk of series.body as AsyncIterable<Uint8Array>) bytes += chunk.length
    return { bytes, gets: counted.GET ?? 0 }
  }
  const before = await retrieve()
  expect(before.gets).toBeGreaterThan(3_000)
  const report = await compact(archive, { graceMs: 0 })
  expect(report).toMatchObject({ series: 1, moved: 4_000 })
  const after = await retrieve()
  expect(after.gets).toBeLessThan(20)
  expect(after.bytes).toBe(before.bytes)
  expect(await verify(archive)).toMatchObject({ instances: 4_000, different: 0, missing: 0 })
})
