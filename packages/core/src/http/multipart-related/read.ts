import { DicomwebError } from '../../errors.ts'
import { parsePartHeaders } from './part-headers.ts'
import { scanForDelimiter } from './scan.ts'

/** One part of a multipart body. */
export interface IncomingPart {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * The bytes as they arrive: slices of the chunks of the source, good until the next pull. To be read before the next
   * part is pulled; what is left unread then is skipped.
   */
  readonly body: AsyncIterable<Uint8Array>
}

/** Bounds of what a sender can make the reader hold or do. */
export interface MultipartLimits {
  readonly maxParts: number
  /** Bytes of the header lines of one part. */
  readonly maxHeaderBytes: number
}

/**
 * Reads a multipart body part by part. Nothing is read before it is pulled, and no more is held than one chunk of the
 * source and what may be the start of a delimiter. Preamble and epilogue are skipped. Delimiters must stand on lines of
 * their own that begin after CRLF, since part bodies are binary; header lines may end in LF alone.
 * @throws DicomwebError `bad-request` when the body is no multipart body of this boundary, is cut off before its closing
 *   delimiter, or a part has too long or malformed headers; `payload-too-large` for too many parts
 * @see RFC 2046 §5.1, RFC 2387
 */
export async function* readMultipart(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits,
): AsyncIterable<IncomingPart> {
  const reader = new MultipartReader(body, boundary)
  try {
    await drain(reader.readToDelimiter())
    for (let number = 1; !reader.closed; number++) {
      if (number > limits.maxParts)
        throw new DicomwebError('payload-too-large', `The body has more than ${limits.maxParts} parts.`)
      const lines = await reader.readHeaderLines(limits.maxHeaderBytes, number)
      const content = reader.readToDelimiter()
      yield { headers: parsePartHeaders(lines, number), body: onlyWhile(content, () => reader.partNumber === number) }
      // What its reader left of the part.
      if (reader.partNumber === number) await drain(reader.readToDelimiter())
    }
    await reader.skipEpilogue()
  } finally {
    await reader.close()
  }
}

/** The window on the source and the position in it. */
class MultipartReader {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #delimiter: Buffer
  /** Pulled and not yet used. Starts with a line end, so that the first delimiter is like all others. */
  #window: Buffer = Buffer.from('\r\n')
  #ended = false
  /** Bytes at the start of the window that are no data, unless a delimiter starts with them. */
  #lineEnd = 2
  /** How many delimiters were passed: the number of the part being read; 0 in the preamble. */
  partNumber = 0
  closed = false

  constructor(source: AsyncIterable<Uint8Array>, boundary: string) {
    this.#source = source[Symbol.asyncIterator]()
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  }

  /** The bytes up to the next delimiter, which is passed. Reading on after a break goes on where it stopped. */
  async *readToDelimiter(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const { data, delimiter } = scanForDelimiter(this.#window, this.#delimiter, this.#ended)
      if (data > 0) {
        // Used before it is handed out: the generator may be left at this yield.
        const bytes = this.#window.subarray(this.#lineEnd, data)
        this.#window = this.#window.subarray(data)
        this.#lineEnd = 0
        if (bytes.length > 0) yield bytes
      }
      if (delimiter !== undefined) {
        this.#window = this.#window.subarray(delimiter.end - data)
        this.closed = delimiter.closing
        this.partNumber++
        return
      }
      if (this.#ended) throw this.#cutOff()
      await this.#pull()
    }
  }

  /** The lines up to the empty line that ends the headers. */
  async readHeaderLines(maxBytes: number, number: number): Promise<string[]> {
    const lines: string[] = []
    let used = 0
    for (;;) {
      const end = this.#window.indexOf(0x0a)
      if (used + (end < 0 ? this.#window.length : end) > maxBytes)
        throw new DicomwebError('bad-request', `The headers of part ${number} are longer than ${maxBytes} bytes.`)
      if (end < 0) {
        if (this.#ended) throw this.#cutOff()
        await this.#pull()
        continue
      }
      const line = this.#window.toString('utf8', 0, end).replace(/\r$/, '')
      if (line === '') {
        // In a part without a body, the delimiter begins with the line end of the empty line: it stays in the window.
        const crlf = end === 1
        this.#window = crlf ? this.#window : Buffer.concat([Buffer.from('\r'), this.#window])
        this.#lineEnd = 2
        return lines
      }
      this.#window = this.#window.subarray(end + 1)
      used += end + 1
      lines.push(line)
    }
  }

  async skipEpilogue(): Promise<void> {
    this.#window = Buffer.alloc(0)
    while (!this.#ended) this.#ended = (await this.#source.next()).done === true
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.()
  }

  /** Joins the next chunk of the source to what is left of the window, which is next to nothing. */
  async #pull(): Promise<void> {
    // Copied first: the source may use the memory of its last chunk again.
    const rest = Buffer.from(this.#window)
    const next = await this.#source.next()
    if (next.done === true) {
      this.#ended = true
      this.#window = rest
      return
    }
    const { buffer, byteOffset, byteLength } = next.value
    const chunk = Buffer.from(buffer, byteOffset, byteLength)
    this.#window = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
  }

  #cutOff(): DicomwebError {
    return new DicomwebError(
      'bad-request',
      this.partNumber === 0
        ? 'The body has no delimiter of the boundary that the Content-Type names.'
        : `The body ends within part ${this.partNumber}, without the closing delimiter.`,
    )
  }
}

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

/** A part's body, which must not be read once the next part was pulled. */
async function* onlyWhile(source: AsyncIterable<Uint8Array>, current: () => boolean): AsyncIterable<Uint8Array> {
  if (!current()) throw new Error('The body of a part was read after the next part was pulled')
  yield* source
}
