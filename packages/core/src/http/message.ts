/** A request as the core sees it; the Express and Fetch wrappers make one. */
export interface DicomwebRequest {
  readonly method: string
  /** Path and query below the service root, percent-encoded as it came: `/studies?PatientID=1`. */
  readonly url: string
  /** Absolute URL of the service root without a slash at its end, as clients see it: `https://pacs.example/dicom-web`. */
  readonly serviceRoot: string
  /** Lower-case names; repeated fields merged by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: AsyncIterable<Uint8Array> | null
  /** Aborts when the client has gone. */
  readonly signal?: AbortSignal
  /** For events and logs. */
  readonly requestId?: string
}

/**
 * An answer. A `Uint8Array` goes out in one write; an iterable is pulled as the client reads, and closed when it leaves.
 * Its chunks belong to the reader: they may still be on their way when the next is pulled.
 */
export interface DicomwebResponse {
  readonly status: number
  /** Lower-case names. `content-length` is set wherever it is known. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null
}
