import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What every module made by Emscripten has here. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array
}

/** An object of a C++ class, which lives in the memory of its module until it is deleted. */
export interface Deletable {
  delete(): void
}

/** Memory a module may keep between frames: it grows with the largest frame and never shrinks. */
const maxKeptBytes = 512 * 1024 * 1024

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
      // Emscripten throws the address of the C++ exception.
      throw error instanceof Error ? error : new Error(`${this.#specifier} threw ${String(error)}`)
    }
  }

  #load(): Promise<Module> {
    const require = createRequire(import.meta.url)
    const path = require.resolve(this.#specifier)
    const silent = (): void => {}
    return require(path)({ locateFile: (file: string) => join(dirname(path), file), print: silent, printErr: silent })
  }
}
