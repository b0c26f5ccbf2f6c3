import { Readable } from 'node:stream'
import { type Context, type Dicomweb, DicomwebError, type DicomwebResponse } from '@sansfilm/core'
import { multipartOf } from './multipart-body.ts'
import type { StoreTarget } from './store-target.ts'
import { type StoreAnswer, storeVerdict, storeVerdicts } from './store-verdict.ts'
import { watchSource } from './watch-source.ts'

/** What the requests made for each file have in common. */
export interface DicomwebTargetOptions {
  /** Absolute URL of the service root. */
  readonly serviceRoot: string
  /** Fields that say who stores: those of the request that brought the files. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Who stores, where the application knows. */
  readonly context?: Partial<Context>
}

/** An archive in this process. @see PS3.18 §10.5 */
export function dicomwebTarget(dicomweb: Dicomweb, options: DicomwebTargetOptions): StoreTarget {
  const { serviceRoot, headers, context } = options
  async function send(contentType: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
    const request = {
      method: 'POST',
      url: '/studies',
      serviceRoot,
      headers: { ...headers, 'content-type': contentType, accept: 'application/dicom+json' },
      body,
      ...(signal !== undefined && { signal }),
    }
    return answerOf(await dicomweb.handle(request, context))
  }
  return {
    async store(bytes, signal) {
      // A source that fails is the sender's affair, not a bug of the archive: it hears so in its own words.
      const source = watchSource(
        bytes(),
        (cause) => new DicomwebError('bad-request', 'The file ended early', { cause }),
      )
      const answer = await send('application/dicom', source.bytes, signal)
      source.rethrow()
      return storeVerdict(answer)
    },
    async storeTogether(objects, signal) {
      const { contentType, pieces } = multipartOf(objects.map(({ bytes }) => bytes))
      const answer = await send(contentType, Readable.from(pieces), signal)
      return storeVerdicts(
        answer,
        objects.map(({ instance }) => instance),
      )
    },
  }
}

async function answerOf({ status, headers, body }: DicomwebResponse): Promise<StoreAnswer> {
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else if (body !== null) for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
  return {
    status,
    warning: headers.warning,
    contentType: headers['content-type'],
    body: Buffer.concat(chunks).toString(),
  }
}
