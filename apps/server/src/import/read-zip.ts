import type { FileHandle } from 'node:fs/promises'
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import type { MeasuredFile } from './source-file.ts'
import { UnreadableError } from './unreadable-error.ts'
import { defaultZipLimits, type ZipLimits } from './zip-limits.ts'

/**
 * The files in a zip, in the order of its directory, one at a time. The directory is looked through once before the first
 * is given, so that nothing of a zip bomb is unpacked. Files can be read while `file` is open, whatever has been pulled.
 * @param name of the zip, put before the names of its files
 * @throws UnreadableError
 */
export async function* readZip(
  file: FileHandle,
  name: string,
  limits: ZipLimits = defaultZipLimits,
): AsyncGenerator<MeasuredFile, void, undefined> {
  await checkDirectory(await openZip(file), limits)
  const zip = await openZip(file)
  for await (const entry of entriesOf(zip)) {
    const path = nameOf(entry)
    if (path.endsWith('/')) continue
    yield {
      name: `${name}/${path}`,
      weight: entry.compressedSize,
      length: entry.uncompressedSize,
      open: () => readEntry(zip, entry),
      readInto: (memory) => fill(memory, readEntry(zip, entry)),
    }
  }
}

/** Without `autoClose`, and never closed: the descriptor stays the caller's. */
async function openZip(file: FileHandle): Promise<ZipFile> {
  try {
    // Names are only shown, so that none is refused for its form: they come as bytes and are decoded here.
    return await fromFdPromise(file.fd, { autoClose: false, decodeStrings: false, validateEntrySizes: true })
  } catch (error) {
    throw unreadable(error)
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  try {
    for await (const entry of zip.eachEntry()) yield entry
  } catch (error) {
    throw unreadable(error)
  }
}

async function checkDirectory(zip: ZipFile, limits: ZipLimits): Promise<void> {
  const { maxEntries, maxInflatedBytes, maxRatio, ratioFreeBytes } = limits
  let entries = 0
  let compressed = 0
  let inflated = 0
  for await (const entry of entriesOf(zip)) {
    entries += 1
    compressed += entry.compressedSize
    inflated += entry.uncompressedSize
    if (entries > maxEntries) throw new UnreadableError(`The zip has more than ${maxEntries} entries`)
    if (inflated > maxInflatedBytes) throw new UnreadableError(`The zip unpacks to more than ${maxInflatedBytes} bytes`)
    // Entries that share their bytes are how a small zip bomb becomes a large one.
    if (compressed > zip.fileSize) throw new UnreadableError('Entries of the zip overlap')
  }
  if (inflated > ratioFreeBytes && inflated > maxRatio * zip.fileSize) {
    throw new UnreadableError(`The zip unpacks to more than ${maxRatio} times its size`)
  }
}

/** Chunks of the inflated entry, never more than its directory entry announces. */
async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array, void, undefined> {
  if (entry.isEncrypted()) throw new UnreadableError('The file is encrypted with a password')
  if (!entry.canDecodeFileData()) throw new UnreadableError('The file is compressed by a method other than deflate')
  let stream: Awaited<ReturnType<ZipFile['openReadStreamPromise']>> | undefined
  try {
    stream = await zip.openReadStreamPromise(entry)
  } catch (error) {
    throw unreadable(error)
  }
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new UnreadableError('The file in the zip is damaged', { cause: error })
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    await chunks.return?.()
  }
}

async function fill(memory: Uint8Array, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let filled = 0
  for await (const chunk of bytes) {
    const fitting = chunk.subarray(0, memory.length - filled)
    memory.set(fitting, filled)
    filled += fitting.length
    if (filled === memory.length) break
  }
  return filled
}

function nameOf(entry: Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
}

function unreadable(error: unknown): UnreadableError {
  return error instanceof UnreadableError
    ? error
    : new UnreadableError('The zip is damaged or incomplete', { cause: error })
}
