/** A file on its way into an archive, wherever it comes from. */
export interface SourceFile {
  /** For display only: it decides nothing but whether the file is desktop litter. */
  readonly name: string
  /** Bytes it takes at its origin (compressed in a zip), for progress; absent where only reading tells. */
  readonly weight?: number
  /**
   * The bytes from the start. Ending the iteration early releases what is open.
   * Files from a disk can be opened again, which a retry needs; those of a form can be read once.
   */
  open(): AsyncIterable<Uint8Array>
}

/** A file of which it is known how long it should be, so that several small ones can be read before they are sent. */
export interface MeasuredFile extends SourceFile {
  /** Bytes that `open` should give; a file may have changed since. */
  readonly length: number
  /**
   * Reads the file into memory.
   * @returns its bytes; as many as the memory holds where the file may be longer
   * @throws UnreadableError
   */
  readInto(memory: Uint8Array): Promise<number>
}
