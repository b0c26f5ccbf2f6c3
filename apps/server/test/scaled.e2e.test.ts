import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { freePort } from './scaled/free-port.ts'
import { nodeProxy } from './scaled/node-proxy.ts'
import { type ScaledArchive, startScaledArchive } from './scaled/scaled-archive.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(120_000)

let archive: ScaledArchive
beforeAll(async () => {
  archive = await startScaledArchive()
}, 120_000)
afterAll(async () => {
  await archive?.stop()
}, 60_000)

const store = (origin = archive.origin) => postParts({ root: `${origin}/dicom-web` }, dicomParts(tinyInstance()))

async function countInstances(origin: string): Promise<number> {
  const response = await fetch(`${origin}/dicom-web/instances`)
  return response.status === 204 ? 0 : ((await response.json()) as unknown[]).length // PS3.18 §10.6.3.3.2: a list
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not come about')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const answers = (path: string) => async () => (await fetch(archive.origin + path).catch(() => undefined))?.ok === true

describe('the parts of compose.yaml as processes', () => {
  test('are one archive, whichever server answers', async () => {
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await store()).status))
    expect(statuses).toEqual(Array.from({ length: 12 }, () => 200))
    for (const { origin } of [archive.proxy, ...archive.apps]) expect(await countInstances(origin)).toBe(12)
    expect(await runCommand(['verify'], archive.env)).toMatchObject({ status: 0 })
  })

  test('links in answers lead to the proxy', async () => {
    const response = await fetch(`${archive.origin}/dicom-web/studies`)
    const [study] = (await response.json()) as Record<string, { Value: string[] }>[] // PS3.18 §10.6.3.3.2: a list
    expect(study?.['00081190']?.Value[0]).toMatch(`${archive.origin}/dicom-web/studies/`) // Retrieve URL
  })

  test('go on when a server is killed, and when it comes back', async () => {
    const [one, other] = archive.apps
    const before = await countInstances(archive.origin)
    await one?.kill()
    await until(answers('/dicom-web/studies'))
    await new Promise((resolve) => setTimeout(resolve, 3000)) // the proxy has noticed by then
    const statuses = []
    for (let n = 0; n < 10; n++) statuses.push((await store()).status)
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200))
    await one?.start()
    await until(async () => (await fetch(`${one?.origin}/readyz`)).ok)
    await other?.stop()
    await until(answers('/readyz'))
    expect(await countInstances(archive.origin)).toBe(before + 10)
    await other?.start()
  })

  test('go on when a server hangs: the proxy asks it in vain, and turns to the other', async () => {
    const [one] = archive.apps
    one?.signal('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 6000)) // two checks that wait a second each, and some
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await store()).status)
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 200))
    one?.signal('SIGCONT')
    await until(async () => (await fetch(`${one?.origin}/livez`)).ok)
  })

  test('go on when the database, the object store and the proxy were killed', async () => {
    const before = await countInstances(archive.origin)
    for (const part of [archive.database, archive.objects, archive.proxy]) {
      await part.kill()
      await part.start()
    }
    await until(answers('/readyz'))
    await until(async () => (await store()).status === 200)
    expect(await countInstances(archive.origin)).toBeGreaterThan(before)
  })

  test('are reached without HAProxy too', async () => {
    const proxy = nodeProxy(archive.apps, await freePort())
    await proxy.start()
    const before = await countInstances(proxy.origin)
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await store(proxy.origin)).status))
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 200))
    expect(await countInstances(proxy.origin)).toBe(before + 6)
    await proxy.stop()
  })
})
