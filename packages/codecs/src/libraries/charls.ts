import { type Deletable, EmscriptenLibrary, type EmscriptenModule } from './emscripten-library.ts'

/** The classes of @cornerstonejs/codec-charls that are used here. */
interface Charls extends EmscriptenModule {
  readonly JpegLSDecoder: new () => JpegLSDecoder
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

/** CharLS: JPEG-LS. */
export const charls = new EmscriptenLibrary<Charls>('@cornerstonejs/codec-charls/wasmjs')
