/**
 * The yardstick for what Node can do. Reads: an answer in a Buffer, sent. Stores: find the parts, SHA-256, a temporary
 * file, fdatasync, rename, fsync of the folder, one row of SQLite with `synchronous=FULL`, then 200. No DICOM.
 * Run: node bare-node-main.ts PORT MIRROR FOLDER
 */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const [port = '0', mirror = '.', folder = '.'] = process.argv.slice(2)
const kept = new Map<string, Promise<Buffer>>()

const db = new DatabaseSync(join(folder, 'rows.sqlite'))
db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS row (name TEXT, digest TEXT)')
const insert = db.prepare('INSERT INTO row VALUES (?, ?)')

createServer((request, response) => {
  const done = request.method === 'POST' ? store(request, response) : send(request, response)
  done.catch((error) => response.writeHead(404).end(String(error)))
}).listen(Number(port), '127.0.0.1')

async function send({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = url.slice(1)
  const reading = kept.get(name) ?? readFile(join(mirror, name))
  kept.set(name, reading)
  reading.catch(() => kept.delete(name))
  const bytes = await reading
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
}

async function store(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const boundary = /boundary=(.+)/.exec(request.headers['content-type'] ?? '')?.[1]
  const mark = Buffer.from(`\r\n--${boundary}`)
  let part: Part | undefined
  let rest = Buffer.from('\r\n')
  for await (const chunk of request as AsyncIterable<Buffer>) {
    let bytes = Buffer.concat([rest, chunk])
    for (;;) {
      const at = bytes.indexOf(mark)
      if (at === -1) break
      if (part !== undefined) await part.finish(bytes.subarray(0, at))
      const start = bytes.indexOf('\r\n\r\n', at)
      if (start === -1) {
        part = undefined
        bytes = bytes.subarray(at)
        break
      }
      part = await Part.begin()
      bytes = bytes.subarray(start + 4)
    }
    // A boundary may lie across two chunks.
    const safe = part === undefined ? 0 : Math.max(0, bytes.length - mark.length)
    if (safe > 0) await part?.write(bytes.subarray(0, safe))
    rest = bytes.subarray(safe)
  }
  response.writeHead(200, { 'content-length': 2 }).end('{}')
}

class Part {
  readonly #hash = createHash('sha256')
  readonly #path: string
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async begin(): Promise<Part> {
    const path = join(folder, randomUUID())
    return new Part(path, await open(`${path}.part`, 'wx'))
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    await this.#file.write(bytes)
  }

  async finish(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.write(bytes)
    await this.#file.datasync()
    await this.#file.close()
    await rename(`${this.#path}.part`, this.#path)
    const parent = await open(folder)
    await parent.sync()
    await parent.close()
    insert.run(this.#path, this.#hash.digest('hex'))
  }
}
