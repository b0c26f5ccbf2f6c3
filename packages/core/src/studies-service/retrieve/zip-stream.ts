import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** A file to be put into a zip. */
export interface ZipEntry {
  readonly name: string
  readonly modified: Date
  /** Bytes; beyond 4 GiB the entry is written as Zip64. */
  readonly length: number
  open(): Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/**
 * A zip of entries that are stored, not deflated: most pixel data is compressed already, and a copy costs nothing. Entries
 * are pulled one by one as the reader comes to them; when it leaves, the one that is open is closed.
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncIterable<Uint8Array> {
  const zip = new ZipFile()
  const { outputStream } = zip
  const open = new Set<Readable>()
  zip.on('error', (error) => outputStream.destroy(error))
  fill(zip, entries, open).catch((error) => outputStream.destroy(error))
  try {
    for await (const chunk of outputStream) yield chunk
  } finally {
    for (const source of open) source.destroy()
  }
}

async function fill(zip: ZipFile, entries: AsyncIterable<ZipEntry>, open: Set<Readable>): Promise<void> {
  for await (const entry of entries) {
    const source = Readable.from(copied(await entry.open()))
    open.add(source)
    zip.addReadStream(source, entry.name, { compress: false, size: entry.length, mtime: entry.modified })
    await finished(source)
    open.delete(source)
  }
  zip.end()
}

/** Streams look ahead, while a storage may use the memory of a chunk again once the next is pulled. */
async function* copied(bytes: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes
  else for await (const chunk of bytes) yield Buffer.from(chunk)
}
