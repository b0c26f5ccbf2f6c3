import { type Deletable, EmscriptenLibrary, type EmscriptenModule } from './emscripten-library.ts'

/** The class of @cornerstonejs/codec-openjpeg that is used here. */
interface OpenJpeg extends EmscriptenModule {
  readonly J2KDecoder: new () => J2KDecoder
}

interface J2KDecoder extends Deletable {
  /** Memory for the codestream, which holds until `decode`. */
  getEncodedBuffer(length: number): Uint8Array
  /** Returns without samples where it fails. */
  decode(): void
  /** A copy. */
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>
}

/** OpenJPEG, in a build that has three samples of more than 8 bits but does not tell of errors. */
export const openJpeg = new EmscriptenLibrary<OpenJpeg>('@cornerstonejs/codec-openjpeg/wasmjs')
