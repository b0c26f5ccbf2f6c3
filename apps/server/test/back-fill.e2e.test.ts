import { existsSync } from 'node:fs'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
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
