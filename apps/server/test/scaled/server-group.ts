import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { toExpress } from '@sansfilm/express'
import express from 'express'
import { startServer } from '../support/server-process.ts'
import type { TestArchiveOptions } from '../support/test-archive.ts'
import { openService } from './open-service.ts'
import { startRoundRobin } from './round-robin.ts'
import { newSharedPlaces, type SharedPlaces } from './shared-places.ts'

const numberOfServers = 3

/** Three servers of one archive, behind a balancer. */
export interface ServerGroup {
  /** Of the balancer. */
  readonly origin: string
  readonly places: SharedPlaces
  /** Ends them, and removes the index of their archive. */
  close(): Promise<void>
}

interface Member {
  readonly origin: string
  close(): Promise<unknown>
}

const serveWithoutCodecs = fileURLToPath(new URL('serve-without-codecs.ts', import.meta.url))

/** Processes of the app, each with a disk of its own. @param args of the command line */
export function startProcesses(args: readonly string[], withoutCodecs = false): Promise<ServerGroup> {
  return startGroup(async ({ env }) => {
    const main = withoutCodecs ? { main: serveWithoutCodecs } : {}
    const server = await startServer(['--pixel-threads', '1', ...args], { env: { ...env }, ...main })
    return { origin: server.origin, close: () => server.stop('SIGKILL') }
  })
}

/** Services in this process, each with connections and caches of its own. */
export function startServices(options: TestArchiveOptions): Promise<ServerGroup> {
  return startGroup(async (places) => {
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
  })
}

async function startGroup(start: (places: SharedPlaces) => Promise<Member>): Promise<ServerGroup> {
  const places = await newSharedPlaces()
  const members = await Promise.all(Array.from({ length: numberOfServers }, () => start(places)))
  const balancer = await startRoundRobin(members.map(({ origin }) => origin))
  return {
    origin: balancer.origin,
    places,
    async close() {
      await balancer.close()
      await Promise.all(members.map((member) => member.close()))
      await places.remove()
    },
  }
}
