import type { Verdict } from './file-outcome.ts'

/** Where DICOM files go: an archive in this process, or a server. */
export interface StoreTarget {
  /**
   * Stores one Part 10 object. Refusals are verdicts.
   * @param bytes gives the object from its first byte each time it is called; a target that does not retry calls it once
   * @throws TargetError where the target as a whole cannot take files any more
   * @throws what `bytes` threw
   */
  store(bytes: () => AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Verdict>
}

/** The target cannot take files: there is no point in sending the next one. */
export class TargetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TargetError'
  }
}
