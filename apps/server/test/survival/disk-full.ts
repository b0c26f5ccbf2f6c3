import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runSansfilm, startArchive } from './archive-process.ts'
import { type StoreAnswer, search, store } from './client.ts'
import { archiveFiles, comesTrue, withFolder } from './data-folder.ts'
import type { Scenario, Watch } from './scenario.ts'
import { makeObject, type TestObject } from './test-object.ts'
import { checkWhole } from './whole-archive.ts'

const execute = promisify(execFile)
const MiB = 1024 * 1024
/** Out of resources, PS3.18 Table I.2-2. */
const outOfResources = 0xa700

/** The disk of the objects runs full, and then that of the index; and each gets room again. */
export const diskFull: Scenario<{ rounds: number; mebibytes: number }> = {
  name: 'disk-full',
  title: 'a full disk refuses stores, and nothing else',
  short: { rounds: 1, mebibytes: 12 },
  long: { rounds: 10, mebibytes: 256 },
  missing:
    process.platform === 'linux' && process.getuid?.() === 0
      ? undefined
      : 'only root of a Linux can mount a small disk',
  async run({ rounds, mebibytes }, watch) {
    const totals = { acknowledged: 0, refused: 0, slowestSearchMs: 0 }
    for (let round = 1; round <= rounds; round++) {
      for (const full of ['objects', 'index'] as const) {
        const figures = await fillDisk(full, mebibytes * MiB, watch)
        totals.acknowledged += figures.acknowledged
        totals.refused += figures.refused
        totals.slowestSearchMs = Math.max(totals.slowestSearchMs, figures.slowestSearchMs)
        watch.progress(`round ${round}: the disk of the ${full} was full`)
      }
    }
    return { rounds, ...totals }
  },
}

/** Index and objects each on a disk of their own, of which one is small. */
async function fillDisk(full: 'objects' | 'index', bytes: number, watch: Watch) {
  return await withFolder(async (folder) => {
    const data = join(folder, 'data')
    const objects = join(data, 'objects')
    const mounted: string[] = []
    const mount = async (path: string, size: number) => {
      await mkdir(path, { recursive: true })
      await execute('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
      mounted.unshift(path)
    }
    try {
      await mount(data, full === 'index' ? bytes : 4 * bytes)
      await mount(objects, full === 'objects' ? bytes : 64 * bytes)
      return await fillAndFree(data, full === 'index' ? data : objects, watch)
    } finally {
      for (const path of mounted) await execute('umount', ['-l', path])
    }
  })
}

/** Stores until the disk is full, goes on for a while, makes room, and stores again. */
async function fillAndFree(data: string, disk: string, watch: Watch) {
  const server = await startArchive(data, watch)
  const sent = new Map<string, TestObject>()
  const acknowledged = new Set<string>()
  let refused = 0
  const storeNew = async (count: number, pixelBytes: number): Promise<StoreAnswer> => {
    const fresh = Array.from({ length: count }, () => makeObject({ pixels: watch.random.bytes(pixelBytes) }))
    for (const object of fresh) sent.set(object.instance, object)
    const answer = await store(server.origin, fresh)
    for (const instance of answer.acknowledged) acknowledged.add(instance)
    return answer
  }
  const refusedProperly = ({ status, failureReasons, acknowledged: stored }: StoreAnswer, count: number) => {
    refused++
    const said =
      status === 507 ||
      (stored.length + failureReasons.length === count && failureReasons.every((code) => code === outOfResources))
    if (!said) watch.violated(`a full disk was answered with ${status} and the reasons ${failureReasons}`)
  }

  // Most of the disk goes to a file of somebody else, so that it runs full soon, and room can be made.
  await storeNew(4, 32_768)
  const { bavail, bsize } = await statfs(disk)
  const ballast = join(disk, disk === data ? 'of-somebody-else' : '.incoming-of-somebody-else')
  await writeFile(ballast, Buffer.alloc(Math.floor(bavail * bsize * 0.7)))

  const reading = new AbortController()
  const readers = keepReading(server.origin, reading.signal, watch)
  const fillers = Array.from({ length: 4 }, async () => {
    for (let refusals = 0; refusals < 10; ) {
      const count = 1 + watch.random.below(4)
      const answer = await storeNew(count, disk === data ? 64 : 131_072)
      if (answer.acknowledged.length === count) continue
      refusals++
      refusedProperly(answer, count)
    }
  })
  await Promise.all(fillers)
  // To the last byte: other paths fail now than when an object does not fit.
  await writeFile(`${ballast}-more`, Buffer.alloc(256 * MiB)).catch(() => undefined)
  for (let i = 0; i < 10; i++) {
    const answer = await storeNew(1, 64 + 16_384 * watch.random.below(2))
    if (answer.acknowledged.length !== 1) refusedProperly(answer, 1)
  }
  if (refused === 0) watch.violated('the disk was never full')
  reading.abort()
  const slowestSearchMs = Math.round(await readers)
  await checkWhole(server.origin, sent, acknowledged, watch, 500)
  const { incoming } = await archiveFiles(data)
  if (incoming.length !== 0) watch.violated(`refused stores left ${incoming.length} unfinished files`)

  await rm(ballast)
  await rm(`${ballast}-more`, { force: true })
  const recovered = await comesTrue(5000, async () => (await storeNew(2, 4096)).status === 200)
  if (!recovered) watch.violated('stores go on failing after there is room again')
  await checkWhole(server.origin, sent, acknowledged, watch)
  const { status } = await server.stop()
  if (status !== 0) watch.violated(`the server ended with ${status}`)
  const verified = await runSansfilm(['verify', '--data', data])
  if (verified.status !== 0) watch.violated(`verify ended with ${verified.status}: ${verified.output.slice(0, 1000)}`)
  return { acknowledged: acknowledged.size, refused, slowestSearchMs }
}

/** Searches and retrieves all the while. @returns the longest time one answer took, in ms */
async function keepReading(origin: string, until: AbortSignal, watch: Watch): Promise<number> {
  let slowest = 0
  while (!until.aborted) {
    const started = performance.now()
    const matches = await search(origin, 'studies?limit=5')
    slowest = Math.max(slowest, performance.now() - started)
    if (matches.length === 0) watch.violated('a search finds nothing while the disk is full')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return slowest
}
