/** Bounds on what a zip may hold, checked before anything of it is read. */
export interface ZipLimits {
  /** Entries. Default 100,000. */
  readonly maxEntries: number
  /** Bytes of all entries, inflated. Default 64 GiB. */
  readonly maxInflatedBytes: number
  /** Inflated bytes for each byte of the zip, once they are more than `ratioFreeBytes`. Default 100. */
  readonly maxRatio: number
  /** Inflated bytes that need no ratio: a small zip of blank images is harmless. Default 256 MiB. */
  readonly ratioFreeBytes: number
}

export const defaultZipLimits: ZipLimits = {
  maxEntries: 100_000,
  maxInflatedBytes: 64 * 2 ** 30,
  maxRatio: 100,
  ratioFreeBytes: 256 * 2 ** 20,
}
