import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** A zip of the given files. */
export async function zipBytes(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), name)
  zip.end()
  return buffer(zip.outputStream)
}
