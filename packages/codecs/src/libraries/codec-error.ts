/** A library refused its input or broke on it: `cause` is what it threw. What keeps a library from loading is no such error. */
export class CodecError extends Error {
  constructor(library: string, cause: unknown) {
    // C++ exceptions come out of WebAssembly as numbers.
    super(`${library}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'CodecError'
  }
}

/** Memory a module may keep between frames: it grows with the largest frame and never shrinks. */
export const maxKeptBytes = 512 * 1024 * 1024
