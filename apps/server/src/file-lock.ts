import { type FileHandle, open, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A holder touches its file this often; one that has not for four times as long is gone. */
const heartbeatMs = 15_000

/**
 * Runs `action` while this process alone holds the lock file `path`; `undefined` without running it when another
 * process holds it. A lock left behind by a crash is taken over: at once when its process is known to be gone, after
 * a minute otherwise.
 */
export async function withFileLock<Result>(path: string, action: () => Promise<Result>): Promise<Result | undefined> {
  const file = (await create(path)) ?? ((await isStale(path)) ? await takeOver(path) : undefined)
  if (file === undefined) return undefined
  const heartbeat = setInterval(() => {
    const now = new Date()
    // A heartbeat that fails once is made up for by the next.
    utimes(path, now, now).catch(() => undefined)
  }, heartbeatMs)
  heartbeat.unref()
  try {
    await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }))
    await file.close()
    return await action()
  } finally {
    clearInterval(heartbeat)
    await rm(path, { force: true })
  }
}

async function create(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx')
  } catch (error) {
    if (isCode(error, 'EEXIST')) return undefined
    throw error
  }
}

/** Of several that find the lock stale, one removes it and creates it anew; the others find it taken. */
async function takeOver(path: string): Promise<FileHandle | undefined> {
  await rm(path, { force: true })
  return await create(path)
}

async function isStale(path: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > 4 * heartbeatMs) return true
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof holder !== 'object' || holder === null || !('host' in holder) || !('pid' in holder)) return false
    return holder.host === hostname() && typeof holder.pid === 'number' && !isAlive(holder.pid)
  } catch (error) {
    // Gone meanwhile, or being written: somebody else's affair.
    if (isCode(error, 'ENOENT') || error instanceof SyntaxError) return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}
