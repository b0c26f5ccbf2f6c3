import type { TransferSyntax } from '../transfer-syntax.ts'
import { createElementTokenizer } from './element-tokenizer.ts'
import type { Part10Limits } from './parsed-instance.ts'
import { defaultPart10Limits } from './read.ts'
import { RewriteHandler } from './rewrite-handler.ts'
import type { Rewriting } from './rewriting.ts'

/** Deflate makes at most 1,032 bytes of one: a slice of the source is held inflated, so it is kept small. */
const sliceBytes = 4096

/**
 * Re-encodes a Part 10 object while its bytes pass by, with other attributes and other pixel data where they are given. Text
 * keeps its bytes and its character set, sequences get undefined length. Memory is bounded whatever the size; the length of
 * the result depends on headers alone, and on nothing in the values that are kept.
 * @param limits `maxInflatedBytes` is unlimited by default: who rewrites what was stored has bounded it before
 * @throws Part10Error where the object cannot be read, or has encapsulated pixel data that would need to be decoded
 * @see PS3.5 §A.1-A.5
 */
export async function* rewritePart10(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  rewriting: Rewriting,
  { maxInflatedBytes = Number.POSITIVE_INFINITY }: Partial<Pick<Part10Limits, 'maxInflatedBytes'>> = {},
): AsyncGenerator<Uint8Array> {
  const handler = new RewriteHandler(rewriting)
  const limits = { maxDepth: defaultPart10Limits.maxDepth, maxInflatedBytes }
  const tokenizer = createElementTokenizer(handler, limits)
  try {
    for await (const chunk of source) {
      handler.addToPreamble(chunk)
      for (const slice of slices(chunk, () => handler.transferSyntax)) {
        const inflating = tokenizer.write(slice)
        if (inflating !== undefined) await inflating
        yield* written(handler)
      }
    }
    await tokenizer.end()
    handler.end()
    yield* written(handler)
  } finally {
    tokenizer.destroy()
  }
}

/** What can be handed on; pixel data is pulled when its place is come to. */
async function* written(handler: RewriteHandler): AsyncIterable<Uint8Array> {
  for (const piece of handler.take()) {
    if (piece instanceof Uint8Array) yield piece
    else yield* piece.source.bytes
  }
}

/** Small slices until it is known that nothing is inflated, then the rest at once. */
function* slices(chunk: Uint8Array, syntax: () => TransferSyntax | undefined): Generator<Uint8Array> {
  let at = 0
  while (at < chunk.length) {
    const end = syntax()?.deflated === false ? chunk.length : Math.min(at + sliceBytes, chunk.length)
    yield chunk.subarray(at, end)
    at = end
  }
}
