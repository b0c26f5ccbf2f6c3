import { join } from 'node:path'
import { type BareNode, startBareNode } from './bare-node.ts'
import { createMirror, type Mirror } from './mirror.ts'
import { findNginx, startNginx } from './nginx.ts'
import { findOrthanc, type OrthancProgram, startOrthanc } from './orthanc.ts'
import { startSansfilm } from './sansfilm.ts'
import { type Archive, type BenchServer, MissingServerError, type ServerName } from './server.ts'

/** All servers of a run, side by side; those that are not measured at a moment do nothing. */
export interface Fleet {
  readonly sansfilm: Archive
  readonly orthanc: Archive | undefined
  readonly nginx: BenchServer | undefined
  readonly node: BareNode
  readonly mirror: Mirror
  stop(): Promise<void>
}

/** What is installed, and why the rest is not measured. */
export interface Peers {
  readonly orthanc: OrthancProgram | undefined
  readonly nginx: boolean
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
  return { orthanc: hasOrthanc ? orthanc : undefined, nginx, versions, missing }
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
    const sansfilm = keep(await startSansfilm(join(folder, 'sansfilm'), nodeOptions))
    const mirror = await createMirror(join(folder, 'mirror'), sansfilm)
    return {
      sansfilm,
      mirror,
      orthanc: peers.orthanc && keep(await startOrthanc(join(folder, 'orthanc'), peers.orthanc)),
      nginx: peers.nginx ? keep(await startNginx(join(folder, 'nginx'), mirror)) : undefined,
      node: keep(await startBareNode(join(folder, 'node'), mirror)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The servers of these names that are there, in this order. */
export function serversOf(fleet: Fleet, names: readonly ServerName[]): readonly BenchServer[] {
  return names.map((name) => fleet[name]).filter((server) => server !== undefined)
}
