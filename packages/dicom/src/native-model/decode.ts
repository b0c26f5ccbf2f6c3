import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { Dataset } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { NativeModelBuilder } from './model-builder.ts'

/** Bounds on a document. */
export interface NativeModelLimits {
  /** Of the document as it comes. Default 64 MiB. */
  readonly maxBytes: number
  /** Sequences within sequences. Default 128. */
  readonly maxDepth: number
}

const defaultLimits: NativeModelLimits = { maxBytes: 67_108_864, maxDepth: 128 }

/** Reads a Native DICOM Model document as it comes. After a throw it is spent. */
export interface NativeModelDecoder {
  /** @throws DatasetError */
  write(chunk: Uint8Array | string): void
  /** @throws DatasetError where the document is not complete */
  end(): Dataset
}

/**
 * Reads a Native DICOM Model document (PS3.19 §A.1) into a data set (PS3.18 §F.3.1). Elements may be in any namespace, as
 * real documents are. A document type declaration is refused, and with it every entity but the five of XML itself.
 * @throws DatasetError whose message names lines and tags, never values
 * @example stringOf(decodeNativeModel(await readFile('instance.xml')), tags.SOPInstanceUID)
 */
export function decodeNativeModel(document: Uint8Array | string, limits: Partial<NativeModelLimits> = {}): Dataset {
  const decoder = createNativeModelDecoder(limits)
  decoder.write(document)
  return decoder.end()
}

/** As `decodeNativeModel`, for a document that comes in chunks. */
export function createNativeModelDecoder(limits: Partial<NativeModelLimits> = {}): NativeModelDecoder {
  const { maxBytes, maxDepth } = { ...defaultLimits, ...limits }
  const builder = new NativeModelBuilder(maxDepth)
  const parser = createParser(builder)
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0

  const decodeText = (chunk: Uint8Array | undefined): string => {
    try {
      return chunk === undefined ? utf8.decode() : utf8.decode(chunk, { stream: true })
    } catch (error) {
      throw new DatasetError('malformed', [], 'The document is not in UTF-8', { cause: error })
    }
  }

  return {
    write(chunk) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new DatasetError('too-large', [], `The document is longer than ${maxBytes} bytes`)
      parser.write(typeof chunk === 'string' ? chunk : decodeText(chunk))
    },
    end() {
      parser.write(decodeText(undefined))
      parser.close()
      return builder.end()
    },
  }
}

function createParser(builder: NativeModelBuilder): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', () => {
    // The parser's own message may quote the document.
    throw new DatasetError('malformed', [], `XML is not well-formed at line ${parser.line}, column ${parser.column}`)
  })
  parser.on('doctype', () => {
    throw new DatasetError('malformed', [], 'A document type declaration is not allowed')
  })
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) {
      throw new DatasetError('malformed', [], 'The document is declared to be in another encoding than UTF-8')
    }
  })
  parser.on('opentag', (tag) => builder.open(tag.local, attributesOf(tag)))
  parser.on('closetag', () => builder.close())
  parser.on('text', (text) => builder.text(text))
  parser.on('cdata', (text) => builder.text(text))
  return parser
}

function attributesOf({ attributes }: SaxesTagNS): ReadonlyMap<string, string> {
  return new Map(Object.values(attributes).map(({ local, value }) => [local, value]))
}
