import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { CodecError, maxKeptBytes } from './codec-error.ts'

/** What every module made by Emscripten has here. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array
}

/** An object of a C++ class, which lives in the memory of its module until it is deleted. */
export interface Deletable {
  delete(): void
}

/** A codec in WebAssembly, loaded at its first use. */
export class EmscriptenLibrary<Module extends EmscriptenModule> {
  readonly #specifier: string
  #module: Promise<Module> | undefined

  /** @param specifier of the CommonJS module that has the WebAssembly file beside it */
  constructor(specifier: string) {
    this.#specifier = specifier
  }

  /**
   * Hands the module to `work`. What C++ throws is not unwound: after an error its memory and stack are not to be
   * trusted, so a fresh module serves the next call.
   * @throws CodecError where `work` throws
   */
  async use<Result>(work: (module: Module) => Result): Promise<Result> {
    this.#module ??= this.#load()
    const module = await this.#module
    try {
      const result = work(module)
      if (module.HEAPU8.byteLength > maxKeptBytes) this.#module = undefined
      return result
    } catch (error) {
      this.#module = undefined
      throw new CodecError(this.#specifier, error)
    }
  }

  #load(): Promise<Module> {
    const require = createRequire(import.meta.url)
    const path = require.resolve(this.#specifier)
    const silent = (): void => {}
    return require(path)({ locateFile: (file: string) => join(dirname(path), file), print: silent, printErr: silent })
  }
}
