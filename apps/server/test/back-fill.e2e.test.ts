import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createDicomweb } from '@sansfilm/core'
import { readPart10, transferSyntaxes } from '@sansfilm/dicom'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { filesystemStorage } from '@sansfilm/storage-filesystem'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

const withConversion = ['--instance-attributes', 'ConversionType']

let folder: string
let data: string
let server: ServerProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  data = join(folder, 'data')
})
afterEach(async () => {
  await server?.stop('SIGKILL')
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

async function importInstances(count: number, ...options: string[]): Promise<void> {
  const files = Array.from({ length: count }, (_, n) => join(folder, `${n}.dcm`))
  await Promise.all(files.map((file) => writeFile(file, tinyInstance())))
  const { status, stderr } = await runCommand(['import', '--data', data, ...options, ...files])
  expect({ status, stderr }).toMatchObject({ status: 0 })
}

async function restart(...options: string[]): Promise<ServerProcess> {
  await server?.stop()
  server = await startServer(['--data', data, ...options])
  return server
}

/** Instances that a search finds by the attribute. */
async function countFound({ origin }: ServerProcess): Promise<number> {
  const response = await fetch(`${origin}/dicom-web/instances?ConversionType=SYN`)
  return response.status === 204 ? 0 : ((await response.json()) as unknown[]).length // PS3.18 §10.6.3.3.2: a list
}

describe('attributes configured after instances were stored', () => {
  test('are searched for in what is stored already, and filled in once', async () => {
    await importInstances(100)
    const filled = await restart(...withConversion)
    await filled.logged('"instances":100,"msg":"back-filled"')
    expect(await countFound(filled)).toBe(100)

    const again = await restart(...withConversion)
    await again.logged('"msg":"swept"')
    expect(again.output.stdout).not.toContain('back-fill')
    expect(await countFound(again)).toBe(100)
  })

  test('are filled in again for what an import without them has stored', async () => {
    await importInstances(1, ...withConversion)
    await (await restart(...withConversion)).logged('"msg":"swept"')
    await server?.stop()
    await importInstances(1)
    const filled = await restart(...withConversion)
    await filled.logged('"instances":2,"msg":"back-filled"')
    expect(await countFound(filled)).toBe(2)
  })

  test('wait while another process is at work on the archive', async () => {
    await importInstances(1)
    const lock = join(data, 'maintenance.lock')
    await writeFile(lock, JSON.stringify({ host: hostname(), pid: process.pid }))
    await utimes(lock, new Date(), new Date())
    const waiting = await restart(...withConversion)
    await waiting.logged('back-fill put off')
    expect(await countFound(waiting)).toBe(0)
    expect((await waiting.stop()).status).toBe(0)
    expect(existsSync(lock)).toBe(true)
  })
})

describe('deflated instances that an older version has stored', () => {
  const instancePath = '/studies/2.25.1/series/2.25.2/instances/2.25.4'

  /** As that version did: no inflated object, and offsets count in the inflated data set. */
  async function storeAsBefore(bytes: Uint8Array): Promise<void> {
    const { bulkData, pixelData, frameBlocks } = await readPart10([bytes])
    await mkdir(data)
    const storage = filesystemStorage({ directory: join(data, 'objects') })
    const index = sqliteIndex({ file: join(data, 'index.sqlite') })
    const { handle } = createDicomweb({
      storage,
      index: {
        ...index,
        async add(record, onConflict) {
          if (record.inflated !== undefined) await storage.delete(record.inflated.key)
          return index.add({ ...record, inflated: undefined, bulkData, pixelData, frameBlocks }, onConflict)
        },
      },
    })
    const headers = { 'content-type': 'application/dicom' }
    async function* body() {
      yield bytes
    }
    const request = { method: 'POST', url: '/studies', serviceRoot: 'http://localhost', headers, body: body() }
    expect((await handle(request)).status).toBe(200)
    await index.close()
    await storage.close()
  }

  test('are inflated once when the server starts, and answer as before', async () => {
    const transferSyntax = transferSyntaxes.DeflatedExplicitVRLittleEndian
    await storeAsBefore(tinyInstance({ instance: '2.25.4', pixels: 8000, transferSyntax }))
    const read = async ({ origin }: ServerProcess, path: string, accept: string) => {
      const response = await fetch(`${origin}/dicom-web${path}`, { headers: { accept } })
      return Buffer.from(await response.arrayBuffer())
    }
    const readAll = async (from: ServerProcess) => [
      await read(from, instancePath, 'application/dicom'),
      await read(from, `${instancePath}/bulkdata/7FE00010`, '*/*'),
    ]
    const readOnly = await restart('--read-only')
    await readOnly.logged('"msg":"listening"')
    const before = await readAll(readOnly)
    expect(before[1]).toHaveLength(8000)

    const inflating = await restart()
    await inflating.logged('"inflated":1,"failed":0,"msg":"inflated what was stored deflated"')
    expect(await readAll(inflating)).toEqual(before)

    const again = await restart()
    await again.logged('"msg":"swept"')
    expect(again.output.stdout).not.toContain('inflated what was stored')
    expect(await readAll(again)).toEqual(before)
    await again.stop()
    expect(await runCommand(['verify', '--data', data])).toMatchObject({ status: 0 })
  })
})
