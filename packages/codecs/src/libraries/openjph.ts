import { type Deletable, EmscriptenLibrary, type EmscriptenModule } from './emscripten-library.ts'

/** The classes of @cornerstonejs/codec-openjph that are used here. */
interface OpenJph extends EmscriptenModule {
  readonly HTJ2KDecoder: new () => HTJ2KDecoder
}

interface HTJ2KDecoder extends Deletable {
  /** Memory for the codestream, which holds until `decode`. */
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  /** A view that holds until the memory grows. */
  getDecodedBuffer(): Uint8Array
}

/** OpenJPH: High-Throughput JPEG 2000. */
export const openJph = new EmscriptenLibrary<OpenJph>('@cornerstonejs/codec-openjph/wasmjs')
