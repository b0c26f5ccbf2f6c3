import { createHash } from 'node:crypto'
import { createPart10Parser, type ParsedInstance, type Part10Limits } from '@sansfilm/dicom'

/**
 * Passes the bytes of a Part 10 object on, parsed and hashed.
 * @param complete gets the SHA-256 in lower-case hexadecimal; it runs before the last pull ends, so that where the bytes are
 *   being written its refusal undoes the write
 * @throws Part10Error where the bytes are no object that can be read
 */
export async function* observePart10(
  bytes: AsyncIterable<Uint8Array>,
  limits: Part10Limits,
  complete: (parsed: ParsedInstance, digest: string) => void | Promise<void>,
): AsyncIterable<Uint8Array> {
  const parser = createPart10Parser(limits)
  const hash = createHash('sha256')
  try {
    for await (const chunk of bytes) {
      const inflating = parser.write(chunk)
      if (inflating !== undefined) await inflating
      hash.update(chunk)
      yield chunk
    }
    await complete(await parser.end(), hash.digest('hex'))
  } finally {
    parser.destroy()
  }
}
