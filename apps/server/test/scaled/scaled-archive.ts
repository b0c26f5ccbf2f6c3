import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../support/server-process.ts'
import { type AppPart, appPart } from './app-part.ts'
import { type DatabasePart, databasePart } from './database-part.ts'
import { type ObjectsPart, objectsPart } from './objects-part.ts'
import type { Part } from './part.ts'
import { type ProxyPart, proxyPart } from './proxy-part.ts'

/** What compose.yaml starts in containers, as processes of this machine. */
export interface ScaledArchive {
  /** Of the proxy: `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly apps: readonly AppPart[]
  readonly database: DatabasePart
  readonly objects: ObjectsPart
  readonly proxy: ProxyPart
  /** In the order they were started. */
  readonly parts: readonly Part[]
  /** The archive as settings, for commands such as `verify`. */
  readonly env: Readonly<Record<'SANSFILM_INDEX' | 'SANSFILM_STORAGE' | 'SANSFILM_DATA', string>>
  /** Ends everything that runs, proxy first, and removes what was stored. */
  stop(): Promise<void>
}

/** How large it is. */
export interface ScaledOptions {
  /** Servers. Default 2, as in compose.yaml. */
  readonly apps?: number
  /** Further settings of the servers. */
  readonly env?: NodeJS.ProcessEnv
  /** The proxy listens here. Default: any free port. */
  readonly port?: number
  /** Told of each part that serves. */
  readonly onStarted?: (part: Part) => void
}

/**
 * Starts PostgreSQL, an object store, servers and a reverse proxy, each in a process of its own, over a folder that is
 * removed in the end.
 * @example
 * const archive = await startScaledArchive({ apps: 3 })
 * await archive.apps[0].kill()
 * await fetch(`${archive.origin}/dicom-web/studies`)
 * await archive.stop()
 */
export async function startScaledArchive(options: ScaledOptions = {}): Promise<ScaledArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'sansfilm-'))
  // PostgreSQL runs as somebody else where this runs as root, and has to come by.
  await chmod(folder, 0o711)
  const parts: Part[] = []
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const started = async <P extends Part>(part: P): Promise<P> => {
    parts.push(part)
    await part.start()
    options.onStarted?.(part)
    return part
  }
  try {
    const [database, objects] = await Promise.all([
      databasePart(join(folder, 'database')).then(started),
      objectsPart(join(folder, 'objects')).then(started),
    ])
    const env = {
      SANSFILM_INDEX: database.index,
      SANSFILM_STORAGE: objects.storage,
      SANSFILM_DATA: join(folder, 'data'),
    }
    const migrated = await runCommand(['migrate'], env)
    if (migrated.status !== 0) throw new Error(migrated.stderr)
    const appEnv = { SANSFILM_NO_MIGRATE: 'true', ...options.env, ...env }
    const apps: AppPart[] = []
    for (let n = 1; n <= (options.apps ?? 2); n++) {
      apps.push(await started(await appPart(`server-${n}`, join(folder, `server-${n}`), appEnv)))
    }
    const proxy = await started(await proxyPart(folder, apps, options.port))
    return { origin: proxy.origin, apps, database, objects, proxy, parts, env, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
