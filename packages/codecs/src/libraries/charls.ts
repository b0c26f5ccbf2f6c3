import { type Deletable, EmscriptenLibrary, type EmscriptenModule } from './emscripten-library.ts'

/** The classes of @cornerstonejs/codec-charls that are used here. */
interface Charls extends EmscriptenModule {
  readonly JpegLSDecoder: new () => JpegLSDecoder
  readonly JpegLSEncoder: new () => JpegLSEncoder
}

interface JpegLSDecoder extends Deletable {
  /** Memory for the codestream, which holds until `decode`. */
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  /** A copy. */
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>
  /** 0: components one after the other; else samples of a pixel together. */
  getInterleaveMode(): number
}

interface JpegLSEncoder extends Deletable {
  /** Memory for the samples, which holds until `encode`. */
  getDecodedBuffer(frame: {
    readonly width: number
    readonly height: number
    readonly bitsPerSample: number
    readonly componentCount: number
  }): Uint8Array
  /** How far a sample may be off; 0 for lossless. */
  setNearLossless(near: number): void
  /** 0: components one after the other; 2: samples of a pixel together. */
  setInterleaveMode(mode: number): void
  encode(): void
  /** A copy. */
  getEncodedBuffer(): Uint8ClampedArray<ArrayBuffer>
}

/** CharLS: JPEG-LS. */
export const charls = new EmscriptenLibrary<Charls>('@cornerstonejs/codec-charls/wasmjs')
