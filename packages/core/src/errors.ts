/**
 * Why a whole request cannot be served: one row per code, the only place with status numbers of failures.
 * @see PS3.18 §8.5, Table 8.5-1
 */
export const requestFailures = {
  'bad-request': { status: 400, title: 'The request is not well-formed' },
  'bad-parameter': { status: 400, title: 'A query parameter has a value that cannot be used' },
  unauthorized: { status: 401, title: 'Credentials are needed' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  'not-found': { status: 404, title: 'The target resource does not exist' },
  'method-not-allowed': { status: 405, title: 'The resource does not support this method' },
  'not-acceptable': { status: 406, title: 'No acceptable media type can be produced' },
  conflict: { status: 409, title: 'The request conflicts with what is stored' },
  gone: { status: 410, title: 'The resource was removed' },
  'precondition-failed': { status: 412, title: 'The resource is not in the state the request is conditional on' },
  'payload-too-large': { status: 413, title: 'The payload is larger than this server takes' },
  'uri-too-long': { status: 414, title: 'The request target is longer than this server takes' },
  'unsupported-media-type': { status: 415, title: 'The payload has a media type that is not supported here' },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the representation' },
  'internal-error': { status: 500, title: 'The server failed' },
  'not-implemented': { status: 501, title: 'The server does not implement this' },
  unavailable: { status: 503, title: 'The server cannot answer now' },
  'out-of-resources': { status: 507, title: 'The server has no room to store the payload' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>

/** A row of `requestFailures`. */
export type RequestFailure = keyof typeof requestFailures

/** Details of a failure beyond its sentence; they become members of the problem document and header fields. */
export interface FailureDetails extends ErrorOptions {
  /** Members of the `application/problem+json` document. No patient data. */
  readonly members?: Readonly<Record<string, unknown>>
  /** Header fields of the answer, lower-case. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The request cannot be served.
 * @example throw new DicomwebError('bad-parameter', 'limit must be a whole number')
 * @see PS3.18 §8.6.3
 */
export class DicomwebError extends Error {
  readonly code: RequestFailure
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  /** @param detail one sentence for the person who made the request, without patient data */
  constructor(code: RequestFailure, detail: string, details: FailureDetails = {}) {
    super(detail, details)
    this.name = 'DicomwebError'
    this.code = code
    this.members = details.members ?? {}
    this.headers = details.headers ?? {}
  }
}
