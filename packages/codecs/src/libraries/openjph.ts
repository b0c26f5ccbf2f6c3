import { type Deletable, EmscriptenLibrary, type EmscriptenModule } from './emscripten-library.ts'

/** The classes of @cornerstonejs/codec-openjph that are used here. */
interface OpenJph extends EmscriptenModule {
  readonly HTJ2KDecoder: new () => HTJ2KDecoder
  readonly HTJ2KEncoder: new () => HTJ2KEncoder
}

interface HTJ2KDecoder extends Deletable {
  /** Memory for the codestream, which holds until `decode`. */
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  /** A view that holds until the memory grows. */
  getDecodedBuffer(): Uint8Array
}

interface HTJ2KEncoder extends Deletable {
  /** Memory for the samples, which holds until `encode`. */
  getDecodedBuffer(frame: {
    readonly width: number
    readonly height: number
    readonly bitsPerSample: number
    readonly componentCount: number
    readonly isSigned: boolean
    readonly isUsingColorTransform: boolean
  }): Uint8Array
  setDecompositions(levels: number): void
  /** @param step of quantization, as a part of the range of samples; of no meaning where lossless */
  setQuality(lossless: boolean, step: number): void
  /** 2: RPCL, resolution by resolution. */
  setProgressionOrder(order: number): void
  setTLMMarker(wanted: boolean): void
  setTilePartDivisionsAtResolutions(wanted: boolean): void
  encode(): void
  /** A view that holds until the memory grows. */
  getEncodedBuffer(): Uint8Array
}

/** OpenJPH: High-Throughput JPEG 2000. */
export const openJph = new EmscriptenLibrary<OpenJph>('@cornerstonejs/codec-openjph/wasmjs')
