import type { AddressInfo } from 'node:net'
import { createDicomweb, type Dicomweb, type Limits } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
import { postgresIndex } from '@sansfilm/index-postgres'
import { s3Storage } from '@sansfilm/storage-s3'
import express from 'express'
import { parseIndex } from '../../src/index-setting.ts'
import { limitOptions } from '../../src/options.ts'
import { parseStorage } from '../../src/storage-setting.ts'
import { startServer } from '../support/server-process.ts'
import type { TestArchive, TestArchiveOptions } from '../support/test-archive.ts'
import { startRoundRobin } from './round-robin.ts'
import { newSharedPlaces, type SharedPlaces } from './shared-places.ts'

const numberOfServers = 3

/** One of the servers of an archive. */
interface Member {
  readonly origin: string
  close(): Promise<unknown>
}

/**
 * An archive in PostgreSQL and a bucket, behind three servers that take turns: processes of the app, each with a disk of its
 * own, where its command line can say what `options` ask for; services in this process where it cannot.
 * `dicomweb` is a fourth, which has seen nothing of what the others did.
 */
export async function startScaledService(options: TestArchiveOptions): Promise<TestArchive> {
  const places = await newSharedPlaces()
  const args = argumentsFor(options)
  const starting = Array.from({ length: numberOfServers }, () =>
    args === undefined ? startInProcess(places, options) : startProcess(places, args),
  )
  const members: Member[] = await Promise.all(starting)
  const balancer = await startRoundRobin(members.map(({ origin }) => origin))
  const fourth = await openService(places, options)
  return {
    root: `${balancer.origin}/dicom-web`,
    dicomweb: fourth.dicomweb,
    async close() {
      await balancer.close()
      await Promise.all([...members, fourth].map((member) => member.close()))
      await places.remove()
    },
  }
}

/** Three processes of the app behind a balancer, as one. */
export async function startScaledServer(args: readonly string[] = []): Promise<Member> {
  const places = await newSharedPlaces()
  const members = await Promise.all(Array.from({ length: numberOfServers }, () => startProcess(places, args)))
  const balancer = await startRoundRobin(members.map(({ origin }) => origin))
  return {
    origin: balancer.origin,
    async close() {
      await balancer.close()
      await Promise.all(members.map((member) => member.close()))
      await places.remove()
    },
  }
}

async function startProcess(places: SharedPlaces, args: readonly string[]): Promise<Member> {
  const server = await startServer(['--pixel-threads', '1', ...args], { env: { ...places.env } })
  return { origin: server.origin, close: () => server.stop('SIGKILL') }
}

async function startInProcess(places: SharedPlaces, options: TestArchiveOptions): Promise<Member> {
  const { dicomweb, close } = await openService(places, options)
  const server = express().use('/dicom-web', toExpress(dicomweb)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await close()
    },
  }
}

async function openService(
  places: SharedPlaces,
  options: TestArchiveOptions,
): Promise<{ readonly dicomweb: Dicomweb; close(): Promise<void> }> {
  const index = parseIndex(places.env.SANSFILM_INDEX)
  const storage = parseStorage(places.env.SANSFILM_STORAGE)
  if (index.kind !== 'postgres' || storage.kind !== 's3') throw new Error('No places to share')
  const opened = { index: await postgresIndex(index.options), storage: s3Storage(storage.options) }
  return {
    dicomweb: createDicomweb({ ...opened, ...options }),
    async close() {
      await opened.index.close()
      await opened.storage.close()
    },
  }
}

/** What the command line of the app says for the options of a service; `undefined` where it has no words for them. */
function argumentsFor(options: TestArchiveOptions): readonly string[] | undefined {
  const args: string[] = []
  for (const [name, value] of Object.entries(options)) {
    const said = name in inWords ? inWords[name as keyof typeof inWords](value as never) : undefined // of that option
    if (said === undefined) return undefined
    args.push(...said)
  }
  return args
}

/** By the name of the option. The app always has codecs, and draws. */
const inWords = {
  transcoder: () => [],
  renderer: () => [],
  pictureReader: () => [],
  readOnly: (is: boolean) => (is ? ['--read-only'] : []),
  allowDelete: (is: boolean) => (is ? [] : ['--no-delete']),
  onConflict: (policy: unknown) => (typeof policy === 'string' ? ['--on-conflict', policy] : undefined),
  limits: (limits: Partial<Limits>) =>
    Object.entries(limits).flatMap(([name, value]) => [
      limitOptions[name as keyof Limits].flags.split(' ')[0] ?? '', // a literal's own key
      String(value),
    ]),
  extraAttributes: (extra: NonNullable<TestArchiveOptions['extraAttributes']>) =>
    Object.entries(extra).flatMap(([level, paths]) => [
      `--${level}-attributes`,
      paths.map((path) => path.join('.')).join(','),
    ]),
} satisfies Partial<Record<keyof TestArchiveOptions, (value: never) => readonly string[] | undefined>>
