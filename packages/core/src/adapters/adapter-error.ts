/** What can go wrong in an adapter, whatever it is built on. */
export type AdapterErrorCode =
  | 'not-found' // no object under this key
  | 'unavailable' // cannot be reached now; trying again later may work
  | 'out-of-resources' // no room: disk, quota, bucket
  | 'unsupported' // no codec or renderer for this; the message says for what
  | 'damaged' // pixel data that does not decode, or disagrees with its description

/** The one error adapters throw. `cause` has what the file system, database or network said. */
export class AdapterError extends Error {
  readonly code: AdapterErrorCode

  constructor(code: AdapterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AdapterError'
    this.code = code
  }
}

/** Whether it is the pixel data that cannot be decoded, encoded or drawn, rather than an adapter that cannot do its work now. */
export function isAboutPixelData(error: unknown): error is AdapterError {
  return error instanceof AdapterError && (error.code === 'damaged' || error.code === 'unsupported')
}
