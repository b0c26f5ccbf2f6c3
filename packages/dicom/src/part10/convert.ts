import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { ConvertHandler } from './convert-handler.ts'
import { createElementTokenizer } from './element-tokenizer.ts'
import type { Part10Limits } from './parsed-instance.ts'
import { defaultPart10Limits } from './read.ts'

/** Deflate makes at most 1,032 bytes of one: a slice of the source is held inflated, so it is kept small. */
const sliceBytes = 4096

/**
 * Re-encodes a Part 10 object in Implicit VR Little Endian, Explicit VR Big Endian or Deflated Explicit VR Little Endian as
 * Explicit VR Little Endian, while its bytes pass by. Text keeps its bytes and its character set, Pixel Data its samples.
 * Memory is bounded whatever the size; the length of the result is not known before its end.
 * @param limits `maxInflatedBytes` is unlimited by default: who converts what was stored has bounded it before
 * @throws Part10Error where the object cannot be read, or is encapsulated and so no matter of encoding alone
 * @see PS3.5 §A.1-A.5
 */
export async function* convertToExplicitVRLittleEndian(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { maxInflatedBytes = Number.POSITIVE_INFINITY }: Partial<Pick<Part10Limits, 'maxInflatedBytes'>> = {},
): AsyncGenerator<Uint8Array> {
  const handler = new ConvertHandler()
  const limits = { maxDepth: defaultPart10Limits.maxDepth, maxInflatedBytes }
  const tokenizer = createElementTokenizer(handler, limits)
  try {
    for await (const chunk of source) {
      handler.addToPreamble(chunk)
      for (const slice of slices(chunk, () => handler.transferSyntax)) {
        const inflating = tokenizer.write(slice)
        if (inflating !== undefined) await inflating
        yield* handler.take()
      }
    }
    await tokenizer.end()
    yield* handler.take()
  } finally {
    tokenizer.destroy()
  }
}

/** Whether `convertToExplicitVRLittleEndian` re-encodes what is stored in this transfer syntax. */
export function isConvertible({ encapsulated }: TransferSyntax): boolean {
  return !encapsulated
}

/** The transfer syntax of what `convertToExplicitVRLittleEndian` yields. */
export const convertedTransferSyntax: TransferSyntax = transferSyntaxes.ExplicitVRLittleEndian

/** Small slices until it is known that nothing is inflated, then the rest at once. */
function* slices(chunk: Uint8Array, syntax: () => TransferSyntax | undefined): Generator<Uint8Array> {
  let at = 0
  while (at < chunk.length) {
    const end = syntax()?.deflated === false ? chunk.length : Math.min(at + sliceBytes, chunk.length)
    yield chunk.subarray(at, end)
    at = end
  }
}
