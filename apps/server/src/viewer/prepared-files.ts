import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { corrections, correctScript } from './corrections.ts'
import type { Ohif } from './ohif.ts'
import { hasRootPaths, rewriteFingerprint, rewriteRootPaths } from './public-path.ts'

/** How a file goes over the wire. */
export type Encoding = 'br' | 'gzip' | 'identity'

/** A file ready to be sent: on disk, or in memory where the cache cannot be written. */
export type PreparedFile =
  | { readonly directory: string; readonly name: string; readonly encoding: Encoding }
  | { readonly bytes: Uint8Array; readonly encoding: Encoding }

/** Prepares the files of the viewer as they are asked for. */
export interface PreparedFiles {
  prepare(name: string, encoding: Encoding): Promise<PreparedFile>
  /** A file of the build, rewritten, as text. */
  read(name: string): Promise<string>
}

const compressible = new Set(['.html', '.js', '.css', '.json', '.jsonc', '.wasm', '.svg'])

const compress = {
  // The page is waiting: 5 takes 0.3 s for the largest bundle (17 MB) and is smaller than gzip; 9 takes four times as long.
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes),
  identity: async (bytes: Uint8Array) => bytes,
}

/**
 * Rewrites and compresses each file once, when it is first asked for, and keeps it in `cache`, so that the server starts
 * at once and holds no more than the files being prepared in memory.
 */
export function prepareFiles(ohif: Ohif, base: string, cache: string): PreparedFiles {
  const fingerprint = createHash('sha256')
    .update(`${ohif.version}\n${rewriteFingerprint(base)}\n${JSON.stringify(corrections)}`)
    .digest('hex')
  const generation = `${ohif.version}-${fingerprint.slice(0, 16)}`
  const directory = join(cache, generation)
  const underway = new Map<string, Promise<PreparedFile>>()
  let cleaned: Promise<void> | undefined

  async function rewritten(name: string): Promise<Uint8Array> {
    const bytes = await readFile(join(ohif.directory, name))
    const extension = extname(name)
    if (!hasRootPaths(extension)) return bytes
    const text = extension === '.js' ? correctScript(bytes.toString()) : bytes.toString()
    return Buffer.from(rewriteRootPaths(text, extension, base))
  }

  async function make(name: string, encoding: Encoding): Promise<PreparedFile> {
    const file = `${name}.${encoding}`
    const path = join(directory, file)
    if (await isFile(path)) return { directory, name: file, encoding }
    const bytes = await compress[encoding](await rewritten(name))
    try {
      cleaned ??= removeOthers(cache, generation)
      await cleaned
      await writeWhole(path, bytes)
      return { directory, name: file, encoding }
    } catch {
      // A full or read-only disk must not take the viewer away.
      return { bytes, encoding }
    }
  }

  return {
    async read(name) {
      return Buffer.from(await rewritten(name)).toString()
    },
    prepare(name, wanted) {
      const extension = extname(name)
      const encoding = compressible.has(extension) ? wanted : 'identity'
      if (encoding === 'identity' && !hasRootPaths(extension)) {
        return Promise.resolve({ directory: ohif.directory, name, encoding })
      }
      const key = `${name}.${encoding}`
      const made = underway.get(key) ?? make(name, encoding).finally(() => underway.delete(key))
      underway.set(key, made)
      return made
    },
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}

/** Files of earlier releases or other public paths. */
async function removeOthers(cache: string, generation: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  for (const name of await readdir(cache)) {
    if (name !== generation) await rm(join(cache, name), { recursive: true, force: true })
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}`
  try {
    await writeFile(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
