import { join } from 'node:path'
import type { ArchiveState } from '../keys/key.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import { type BareNode, startBareNode } from './bare-node.ts'
import { createMirror, type Mirror } from './mirror.ts'
import { findNginx, startNginx } from './nginx.ts'
import { findOrthanc, type OrthancProgram, startOrthanc } from './orthanc.ts'
import { startSansfilm } from './sansfilm.ts'
import { findObjectStore, startScaled } from './scaled.ts'
import { type Archive, type BenchServer, MissingServerError, type ServerName } from './server.ts'

/** All servers of a run, side by side; those that are not measured at a moment do nothing. */
export interface Fleet {
  readonly sansfilm: Archive
  readonly orthanc: Archive | undefined
  readonly nginx: BenchServer | undefined
  readonly node: BareNode
  readonly scaled: Archive | undefined
  readonly mirror: Mirror
  stop(): Promise<void>
}

/** What is installed, and why the rest is not measured. */
export interface Peers {
  readonly orthanc: OrthancProgram | undefined
  readonly nginx: boolean
  readonly scaled: boolean
  readonly versions: readonly string[]
  readonly missing: readonly string[]
}

/** Looks for the programs to measure against. */
export async function findPeers(orthanc: OrthancProgram): Promise<Peers> {
  const versions: string[] = [`Node ${process.versions.node}`]
  const missing: string[] = []
  const found = async (find: () => string | Promise<string>) => {
    try {
      versions.push(await find())
      return true
    } catch (error) {
      if (!(error instanceof MissingServerError)) throw error
      missing.push(error.message)
      return false
    }
  }
  const hasOrthanc = await found(async () => (await findOrthanc(orthanc)).version)
  const nginx = await found(findNginx)
  const scaled = await found(findObjectStore)
  return { orthanc: hasOrthanc ? orthanc : undefined, nginx, scaled, versions, missing }
}

/** Starts all servers on empty archives below a folder. */
export async function startFleet(folder: string, peers: Peers, nodeOptions: readonly string[]): Promise<Fleet> {
  const started: BenchServer[] = []
  const keep = <Server extends BenchServer>(server: Server): Server => {
    started.push(server)
    return server
  }
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()))
  }
  try {
    const sansfilm = keep(await startSansfilm(join(folder, 'sansfilm'), { nodeOptions }))
    const mirror = await createMirror(join(folder, 'mirror'), sansfilm)
    return {
      sansfilm,
      mirror,
      orthanc: peers.orthanc && keep(await startOrthanc(join(folder, 'orthanc'), peers.orthanc)),
      nginx: peers.nginx ? keep(await startNginx(join(folder, 'nginx'), mirror)) : undefined,
      node: keep(await startBareNode(join(folder, 'node'), mirror)),
      scaled: peers.scaled ? keep(await startScaled(join(folder, 'scaled'))) : undefined,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The archives that a state is measured on, ours first. The one over PostgreSQL and MinIO grows to the second step only. */
export function archivesOf({ sansfilm, orthanc, scaled }: Fleet, state: ArchiveState): readonly Archive[] {
  return [sansfilm, orthanc, state === 'search-2' ? undefined : scaled].filter((archive) => archive !== undefined)
}

export const without = (fleet: Fleet, name: 'orthanc' | 'scaled'): Fleet => ({ ...fleet, [name]: undefined })

/** Starts those anew that have ended, on the data they had. @returns their names */
export async function restartEnded(fleet: Fleet): Promise<readonly ServerName[]> {
  const restarted: ServerName[] = []
  for (const server of serversOf(fleet, ['sansfilm', 'orthanc', 'nginx', 'node', 'scaled'])) {
    const connection = await HttpConnection.open(server.port).catch(() => undefined)
    connection?.close()
    if (connection !== undefined) continue
    await server.restart()
    restarted.push(server.name)
  }
  return restarted
}

/** The servers of these names that are there, in this order. */
export function serversOf(fleet: Fleet, names: readonly ServerName[]): readonly BenchServer[] {
  return names.map((name) => fleet[name]).filter((server) => server !== undefined)
}
