import { pipeline, Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import { DicomwebError } from '../errors.ts'

/** Bounds of what a compressed body may become. */
export interface InflationLimits {
  /** Decoded bytes that are let through whatever they were decoded from. */
  readonly freeBytes: number
  /** Beyond those, decoded bytes for each encoded one. */
  readonly maxRatio: number
}

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate }

/**
 * The body without its content coding.
 * @throws DicomwebError `unsupported-media-type` at once for a coding other than gzip and deflate, or several; while
 *   reading, `bad-request` for damaged data and `payload-too-large` for data that grows beyond the limits
 * @see RFC 9110 §8.4, §15.5.16
 */
export function decodeContentEncoding(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | undefined,
  limits: InflationLimits,
): AsyncIterable<Uint8Array> {
  const coding = (contentEncoding ?? '').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return body
  if (coding !== 'gzip' && coding !== 'x-gzip' && coding !== 'deflate')
    throw new DicomwebError(
      'unsupported-media-type',
      'A body may have Content-Encoding gzip or deflate, and one alone.',
      {
        headers: { 'accept-encoding': 'gzip, deflate' },
      },
    )
  return inflate(body, decoders[coding], limits)
}

async function* inflate(
  body: AsyncIterable<Uint8Array>,
  createDecoder: typeof createGunzip,
  { freeBytes, maxRatio }: InflationLimits,
): AsyncIterable<Uint8Array> {
  let encoded = 0
  let decoded = 0
  let bodyError: unknown
  async function* counted(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of body) {
        encoded += chunk.length
        // Copied: the decoder works on a chunk while the next is pulled.
        yield Buffer.from(chunk)
      }
    } catch (error) {
      bodyError = error
      throw error
    }
  }
  const decoder = createDecoder()
  // The callback only keeps the failure from being unhandled: the loop below sees it.
  pipeline(Readable.from(counted(), { objectMode: false }), decoder, () => undefined)
  try {
    for await (const chunk of decoder) {
      decoded += chunk.length
      if (decoded > freeBytes && decoded > encoded * maxRatio)
        throw new DicomwebError('payload-too-large', `The compressed body grows more than ${maxRatio} times.`)
      yield chunk
    }
  } catch (error) {
    if (error instanceof DicomwebError || bodyError !== undefined) throw bodyError ?? error
    throw new DicomwebError('bad-request', 'The body is not what its Content-Encoding says, or is cut off.', {
      cause: error,
    })
  }
}
