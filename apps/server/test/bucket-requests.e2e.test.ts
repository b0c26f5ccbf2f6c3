import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { type Dataset, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { type FaultyNetwork, startFaultyNetwork } from '@sansfilm/storage-s3/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { imageDataset, patternBytes } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'

/* What a read costs where objects lie in a bucket: requests to it, counted on the way there. */

jest.setTimeout(60_000)

const study = '2.25.900'
const series = '2.25.901'
const frames = 300
const instances = { native: '2.25.910', deflated: '2.25.911', jpeg: '2.25.912' } as const

function object(
  instance: string,
  syntax: keyof typeof transferSyntaxes,
  pixels: Buffer | readonly Buffer[],
  count: number,
) {
  const pixelData: Dataset = { [tags.PixelData]: { vr: 'OB', BulkDataURI: 'pixels' } }
  return writePart10Buffer({
    dataset: imageDataset({ study, series, instance, rows: 40, columns: 40, frames: count, attributes: pixelData }),
    transferSyntax: transferSyntaxes[syntax],
    bulkData: () =>
      Buffer.isBuffer(pixels)
        ? { length: pixels.length, bytes: [pixels] }
        : { frames: pixels.map((bytes) => [{ length: bytes.length, bytes: [bytes] }]) },
  })
}

const nativeFrames = patternBytes(40 * 40 * 3, 1)
const jpegs = Array.from({ length: frames }, (_, n) =>
  Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), patternBytes(100 + n, n), Buffer.of(0xff, 0xd9)]),
)

let folder: string
let store: FauxqsServer
let network: FaultyNetwork
let server: ServerProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', s3StorageDir: join(folder, 'store') })
  store.createBucket('images')
  network = await startFaultyNetwork(`http://127.0.0.1:${store.port}`)
  const bucket = `s3://KEY:SECRET@${new URL(network.endpoint).host}/images?tls=false`
  // Without what the server does of its own accord: only requests of reads are to be counted.
  server = await startServer(['--storage', bucket, '--sweep-interval', '0', '--verify-budget', '0'])
  const objects = [
    object(instances.native, 'ExplicitVRLittleEndian', nativeFrames, 3),
    object(instances.deflated, 'DeflatedExplicitVRLittleEndian', nativeFrames, 3),
    object(instances.jpeg, 'JPEGBaseline8Bit', jpegs, frames),
  ]
  expect((await postParts({ root: `${server.origin}/dicom-web` }, dicomParts(...objects))).status).toBe(200)
  expect(network.seen.some((request) => request.startsWith('PUT'))).toBe(true)
})
beforeEach(() => void network.seen.splice(0))
afterAll(async () => {
  await server.stop('SIGKILL')
  await network.close()
  await store.stop()
  await rm(folder, { recursive: true, force: true })
})

async function get(path: string, accept: string): Promise<Buffer> {
  const response = await fetch(`${server.origin}/dicom-web/studies/${study}${path}`, { headers: { accept } })
  expect({ path, status: response.status }).toEqual({ path, status: 200 })
  return Buffer.from(await response.arrayBuffer())
}

const json = 'application/dicom+json'
const octets = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
const pathOf = (instance: string) => `/series/${series}/instances/${instance}`

test.each(['', `/series/${series}`, pathOf(instances.native), pathOf(instances.jpeg)])(
  'metadata of the study%s need nothing of the bucket',
  async (path) => {
    expect((await get(`${path}/metadata`, json)).length).toBeGreaterThan(100)
    expect(network.seen).toEqual([])
  },
)

test.each([
  ['native', instances.native, [1], nativeFrames.subarray(0, 1600)],
  ['native', instances.native, [3], nativeFrames.subarray(3200)],
  ['deflated', instances.deflated, [2], nativeFrames.subarray(1600, 3200)],
  ['compressed', instances.jpeg, [1], jpegs[0]],
  ['compressed', instances.jpeg, [frames], jpegs[frames - 1]],
] as const)(
  'a %s frame of %s, %j, is one request to the bucket',
  async (_form, instance, numbers, bytes = Buffer.alloc(0)) => {
    const frame = () => get(`${pathOf(instance)}/frames/${numbers.join()}`, octets)
    expect((await frame()).includes(bytes)).toBe(true)
    expect(network.seen.map((request) => request.split(' ')[0])).toEqual(['GET'])
    // Asked for again, it may be kept.
    await frame()
    expect(network.seen.length).toBeLessThanOrEqual(2)
  },
)

test.each([
  ['neighbours', '1,2,3'],
  ['far apart', '1,150,300'],
])('several frames of an instance, %s, are at most two requests for each', async (_where, numbers) => {
  await get(`${pathOf(instances.jpeg)}/frames/${numbers}`, octets)
  expect(network.seen.length).toBeGreaterThan(0)
  expect(network.seen.length).toBeLessThanOrEqual(2 * numbers.split(',').length)
})

test('a whole instance is at most two requests', async () => {
  await get(pathOf(instances.jpeg), 'multipart/related; type="application/dicom"; transfer-syntax=*')
  expect(network.seen.length).toBeLessThanOrEqual(2)
})
