import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { CodecError, maxKeptBytes } from './codec-error.ts'

/** Functions of the module that decode or encode a context. */
export type Operation =
  | 'DecodeJpeg'
  | 'DecodeJpeg2000'
  | 'DecodeJpegXl'
  | 'EncodeJpeg'
  | 'EncodeJpegLs'
  | 'EncodeJpeg2000'

/** What the module is told of an image. */
export interface NativeImage {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  readonly bitsAllocated: 8 | 16
  readonly bitsStored: number
  /** Two's complement: matters to the JPEG 2000 encoder only. */
  readonly signed?: boolean
  /** Whether a JPEG 2000 encoder may transform the colours. */
  readonly isRgb?: boolean
}

type Call = (...values: number[]) => number

/** The exports of the module: `Set…` functions take a pointer and a number. */
interface Exports extends Readonly<Record<string, Call>> {}

/** Positions in the module's own lists of names. */
const photometricInterpretations = { MONOCHROME2: 1, RGB: 3 }

/** The WASI error code: there is no output to write to. */
const badFileDescriptor = 8

/** What libijg says of entropy-coded data that ends early or makes no sense; it goes on and makes up the rest. */
const corruption = /Corrupt JPEG data: (premature end|bad Huffman|found marker)|Premature end|Not a JPEG/

/**
 * The WebAssembly module of dcmjs-codecs (libijg, OpenJPEG, libjxl), driven without that package's JavaScript: an error leaves
 * the module's stack where it was, and after some of them every later call fails. So each error is the end of its
 * instance; the next one, of a module already compiled, takes a millisecond.
 */
let compiled: Promise<WebAssembly.Module> | undefined
let instance: Instance | undefined

/**
 * Runs `operation` on one frame.
 * @param input the codestream to decode, or native samples to encode
 * @param parameters by the names that the module's setters have (`Quality`, `ConvertColorspaceToRgb`)
 * @returns bytes of their own
 * @throws CodecError where the codec refuses, traps, or reports that it had to make up data
 */
export async function runNativeCodec(
  operation: Operation,
  image: NativeImage,
  input: Uint8Array,
  parameters: Readonly<Record<string, number>> = {},
): Promise<Uint8Array> {
  compiled ??= compile()
  const module = await compiled
  instance ??= await Instance.of(module)
  const current = instance
  try {
    const output = current.run(operation, image, input, parameters)
    if (current.memoryBytes > maxKeptBytes) instance = undefined
    return output
  } catch (error) {
    instance = undefined
    throw new CodecError('dcmjs-codecs', error)
  }
}

async function compile(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm')
  return WebAssembly.compile(new Uint8Array(await readFile(path)))
}

class Instance {
  #exports: Exports = {}
  #memory: WebAssembly.Memory | undefined
  #corruption: string | undefined

  static async of(module: WebAssembly.Module): Promise<Instance> {
    const created = new Instance()
    const { exports } = await WebAssembly.instantiate(module, created.#imports())
    created.#exports = exports as unknown as Exports // all but memory and a table are functions of numbers
    created.#memory = exports.memory as WebAssembly.Memory
    created.#call('_initialize')
    return created
  }

  get memoryBytes(): number {
    return this.#memory?.buffer.byteLength ?? 0
  }

  run(operation: Operation, image: NativeImage, input: Uint8Array, parameters: Readonly<Record<string, number>>) {
    const [from, to, side] = operation.startsWith('Decode')
      ? (['Encoded', 'Decoded', 'Decoder'] as const)
      : (['Decoded', 'Encoded', 'Encoder'] as const)
    this.#corruption = undefined
    const context = this.#createContext(image)
    this.#call(`Set${from}BufferSize`, context, input.length)
    this.#bytes(this.#call(`Get${from}Buffer`, context), input.length).set(input)
    const options = this.#call(`Create${side}Parameters`)
    for (const [name, value] of Object.entries(parameters)) this.#call(`Set${name}`, options, value)
    this.#call(operation, context, options)
    if (this.#corruption !== undefined) throw new Error(this.#corruption)
    const output = this.#bytes(this.#call(`Get${to}Buffer`, context), this.#call(`Get${to}BufferSize`, context)).slice()
    this.#call(`Release${side}Parameters`, options)
    this.#call('ReleaseCodecsContext', context)
    return output
  }

  #createContext(image: NativeImage): number {
    const context = this.#call('CreateCodecsContext')
    const { MONOCHROME2, RGB } = photometricInterpretations
    const values = {
      Columns: image.columns,
      Rows: image.rows,
      BitsAllocated: image.bitsAllocated,
      BitsStored: image.bitsStored,
      SamplesPerPixel: image.samplesPerPixel,
      PixelRepresentation: image.signed === true ? 1 : 0,
      PlanarConfiguration: 0,
      PhotometricInterpretation: image.isRgb === true ? RGB : MONOCHROME2,
    }
    for (const [name, value] of Object.entries(values)) this.#call(`Set${name}`, context, value)
    return context
  }

  #call(name: string, ...values: number[]): number {
    const call = this.#exports[name]
    if (call === undefined) throw new TypeError(`dcmjs-codecs has no ${name}`)
    return call(...values)
  }

  /** A view that holds until the memory grows: until the next call. */
  #bytes(pointer: number, length: number): Uint8Array {
    if (this.#memory === undefined) throw new TypeError('No memory before instantiation')
    return new Uint8Array(this.#memory.buffer, pointer, length)
  }

  #text(pointer: number, length: number): string {
    return Buffer.from(this.#bytes(pointer, length)).toString('latin1')
  }

  #imports(): WebAssembly.Imports {
    const succeed = (): number => 0
    return {
      env: {
        onCodecsException: (pointer: number, length: number) => {
          throw new Error(this.#text(pointer, length))
        },
        onCodecsInfo: (pointer: number, length: number) => {
          const text = this.#text(pointer, length)
          if (corruption.test(text)) this.#corruption ??= text
        },
        onCodecsTrace: succeed,
        emscripten_notify_memory_growth: succeed,
      },
      wasi_snapshot_preview1: {
        proc_exit: (code: number) => {
          throw new Error(`The codec ended with ${code}`)
        },
        environ_sizes_get: (count: number, size: number) => {
          this.#bytes(count, 4).fill(0)
          this.#bytes(size, 4).fill(0)
          return 0
        },
        environ_get: succeed,
        clock_time_get: succeed,
        fd_write: () => badFileDescriptor,
        fd_close: succeed,
        fd_seek: succeed,
      },
    }
  }
}
