import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createDeflateRaw, deflateRawSync } from 'node:zlib'
import type { Dataset } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { swapInPlace, UnitSwapper } from './swap-bytes.ts'
import { type FindBulkData, writeDataset } from './write-dataset.ts'
import { encodeFileMeta } from './write-file-meta.ts'
import { type Piece, PieceWriter, type SourcePiece } from './write-pieces.ts'
import { declareUtf8 } from './write-text.ts'

/** What is written, and how. */
export interface WritePart10Options {
  /** Needs SOP Class UID and SOP Instance UID, here or in `fileMetaInformation`. */
  readonly dataset: Dataset
  /** Further elements of group 0002; the UIDs and the implementation are set here. */
  readonly fileMetaInformation?: Dataset
  readonly transferSyntax: TransferSyntax
  /** Asked once for each `BulkDataURI`, before the first byte is written. */
  readonly bulkData?: FindBulkData
}

interface Plan {
  readonly fileMeta: Buffer
  readonly pieces: readonly Piece[]
  /** Of the whole file; not known where it is deflated. */
  readonly length: number | undefined
  readonly deflated: boolean
}

/**
 * Writes a Part 10 file: text in UTF-8, tags ascending, even lengths. Bulk data is read as it is written.
 * @throws DatasetError before the first byte where the model cannot be written; later where bulk data has another length
 *   than announced
 * @see PS3.10 §7, PS3.5 Annex A
 * @example for await (const chunk of writePart10({ dataset, transferSyntax: transferSyntaxes.ExplicitVRLittleEndian })) …
 */
export async function* writePart10(options: WritePart10Options): AsyncGenerator<Uint8Array> {
  const { fileMeta, pieces, deflated } = planPart10(options)
  yield fileMeta
  if (!deflated) return yield* readPieces(pieces)
  const deflate = createDeflateRaw()
  // What fails here destroys `deflate` too, so that reading it throws.
  pipeline(Readable.from(readPieces(pieces), { objectMode: false }), deflate).catch(() => {})
  let length = 0
  for await (const chunk of deflate as AsyncIterable<Buffer>) {
    length += chunk.length
    yield chunk
  }
  if (length % 2 === 1) yield Buffer.alloc(1) // PS3.5 §A.5: "a single trailing NULL byte shall be added"
}

/**
 * As `writePart10`, at once; sources must be `Iterable`. For objects small enough to hold.
 * @example const bytes = writePart10Buffer({ dataset, transferSyntax: transferSyntaxes.ExplicitVRLittleEndian })
 */
export function writePart10Buffer(options: WritePart10Options): Buffer {
  const { fileMeta, pieces, deflated } = planPart10(options)
  const dataSet = pieces.flatMap(readPieceSync)
  if (!deflated) return Buffer.concat([fileMeta, ...dataSet])
  const bytes = deflateRawSync(Buffer.concat(dataSet))
  return Buffer.concat([fileMeta, bytes, Buffer.alloc(bytes.length % 2)])
}

/** Bytes that `writePart10` will yield; `undefined` where they are deflated. Reads no bulk data. */
export function part10Length(options: WritePart10Options): number | undefined {
  return planPart10(options).length
}

function planPart10({ dataset, fileMetaInformation = {}, transferSyntax, bulkData }: WritePart10Options): Plan {
  const { explicitVR, bigEndian, encapsulated, deflated } = transferSyntax
  const fileMeta = encodeFileMeta(dataset, fileMetaInformation, transferSyntax)
  const out = new PieceWriter(bigEndian)
  writeDataset(out, declareUtf8(dataset), { explicitVR, encapsulated, bulkData: bulkData ?? (() => undefined) })
  return { fileMeta, pieces: out.take(), length: deflated ? undefined : fileMeta.length + out.length, deflated }
}

async function* readPieces(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else yield* readSource(piece)
  }
}

async function* readSource({ source, swapUnit, padding, path }: SourcePiece): AsyncGenerator<Uint8Array> {
  const swapper = swapUnit === 1 ? undefined : new UnitSwapper(swapUnit)
  let length = 0
  for await (const chunk of source.bytes) {
    length += chunk.length
    if (length > source.length) break
    yield swapper?.take(chunk) ?? chunk
  }
  if (length !== source.length) throw wrongLength(path)
  if (swapper !== undefined) yield swapper.rest()
  if (padding !== undefined) yield Buffer.of(padding)
}

function readPieceSync(piece: Piece): Uint8Array[] {
  if (piece instanceof Uint8Array) return [piece]
  const { source, swapUnit, padding, path } = piece
  if (!(Symbol.iterator in source.bytes)) throw new TypeError('writePart10Buffer needs bulk data that is at hand')
  const chunks = [...source.bytes]
  const bytes = swapUnit === 1 && chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks) // one is there
  if (bytes.length !== source.length) throw wrongLength(path)
  swapInPlace(bytes, swapUnit)
  return padding === undefined ? [bytes] : [bytes, Buffer.of(padding)]
}

function wrongLength(path: SourcePiece['path']): DatasetError {
  return new DatasetError('malformed', path, 'The bulk data has another length than announced')
}
