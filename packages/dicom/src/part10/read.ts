import { createElementTokenizer } from './element-tokenizer.ts'
import { ModelBuilder } from './model-builder.ts'
import type { ParsedInstance, Part10Limits, Part10Parser } from './parsed-instance.ts'

/** The defaults that `Part10Limits` names. */
export const defaultPart10Limits: Part10Limits = {
  maxMetadataBytes: 67_108_864,
  maxDepth: 128,
  maxInflatedBytes: 134_217_728,
  maxInlineBytes: 1024,
}

/**
 * A reader of one Part 10 object: everything an archive needs of it, in one pass, in bounded memory.
 * @example
 * const parser = createPart10Parser()
 * for await (const chunk of source) await parser.write(chunk)
 * const { dataset } = await parser.end()
 * @see PS3.10 §7
 */
export function createPart10Parser(limits?: Partial<Part10Limits>): Part10Parser {
  const bounds = { ...defaultPart10Limits, ...limits }
  const builder = new ModelBuilder(bounds)
  const tokenizer = createElementTokenizer(builder, bounds)
  return {
    write: (chunk) => tokenizer.write(chunk),
    async end() {
      await tokenizer.end()
      return builder.finish()
    },
    destroy: () => tokenizer.destroy(),
  }
}

/**
 * Reads a whole object from a source of bytes.
 * @throws Part10Error where the bytes are no object that can be read
 * @example const { dataset, transferSyntax } = await readPart10(createReadStream('image.dcm'))
 */
export async function readPart10(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits?: Partial<Part10Limits>,
): Promise<ParsedInstance> {
  const parser = createPart10Parser(limits)
  try {
    for await (const chunk of source) {
      const inflating = parser.write(chunk)
      if (inflating !== undefined) await inflating
    }
    return await parser.end()
  } finally {
    parser.destroy()
  }
}
