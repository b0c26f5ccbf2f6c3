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
  /**
   * Stores several small Part 10 objects in one transaction, which costs less than one for each. Absent: one by one.
   * @param objects no two of one instance
   * @returns a verdict for each, in order; `undefined`, or none, where the answer does not tell of one: it is to be stored
   *   alone. Of objects some of which were stored already, how many is right; which of them, servers do not tell.
   * @throws TargetError as `store` does
   */
  storeTogether?(objects: readonly NamedObject[], signal?: AbortSignal): Promise<readonly (Verdict | undefined)[]>
}

/** A Part 10 object at hand, and the SOP Instance UID by which an answer names it. */
export interface NamedObject {
  readonly instance: string
  readonly bytes: Uint8Array
}

/** A target, and how what it holds open is let go. */
export interface OpenTarget {
  readonly target: StoreTarget
  close(): Promise<void>
}

/** The target cannot take files: there is no point in sending the next one. */
export class TargetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TargetError'
  }
}
