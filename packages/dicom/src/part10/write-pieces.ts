import type { TagPath } from '../tag.ts'
import type { ByteSource } from './byte-source.ts'

/** Bytes that are there, or a source whose place in the file is known. */
export type Piece = Uint8Array | SourcePiece

/** A source, its bytes swapped in units, and the padding that makes it even. */
export interface SourcePiece {
  readonly source: ByteSource
  /** Of the attribute, for errors. */
  readonly path: TagPath
  /** Bytes that change places together; 1 for none. */
  readonly swapUnit: number
  /** `undefined` where the length is even. */
  readonly padding: number | undefined
}

const blockSize = 65_536

/** Gathers what is written into pieces, copying small ones together. */
export class PieceWriter {
  readonly bigEndian: boolean
  #pieces: Piece[] = []
  #block = Buffer.allocUnsafe(1024)
  #used = 0
  #length = 0

  constructor(bigEndian: boolean) {
    this.bigEndian = bigEndian
  }

  /** Bytes written so far, those of sources included. */
  get length(): number {
    return this.#length
  }

  u16(value: number): void {
    const at = this.#reserve(2)
    if (this.bigEndian) this.#block.writeUInt16BE(value, at)
    else this.#block.writeUInt16LE(value, at)
  }

  u32(value: number): void {
    const at = this.#reserve(4)
    if (this.bigEndian) this.#block.writeUInt32BE(value, at)
    else this.#block.writeUInt32LE(value, at)
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length < blockSize / 4) {
      const at = this.#reserve(bytes.length)
      this.#block.set(bytes, at)
      return
    }
    this.#cut()
    this.#pieces.push(bytes)
    this.#length += bytes.length
  }

  source(piece: SourcePiece): void {
    this.#cut()
    this.#pieces.push(piece)
    this.#length += piece.source.length + (piece.padding === undefined ? 0 : 1)
  }

  /** What was written since the last call, in order. */
  take(): readonly Piece[] {
    this.#cut()
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #reserve(size: number): number {
    if (this.#used + size > this.#block.length) {
      this.#cut()
      this.#block = Buffer.allocUnsafe(blockSize)
    }
    const at = this.#used
    this.#used += size
    this.#length += size
    return at
  }

  #cut(): void {
    if (this.#used === 0) return
    this.#pieces.push(this.#block.subarray(0, this.#used))
    this.#block = this.#block.subarray(this.#used)
    this.#used = 0
  }
}
