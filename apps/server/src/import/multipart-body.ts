import { randomUUID } from 'node:crypto'

/** A payload of `multipart/related`, as Store takes it. */
export interface MultipartBody<Pieces> {
  readonly contentType: string
  readonly pieces: Pieces
}

/** Part 10 objects at hand. @see PS3.18 §10.5.1, §8.6.1.2.1 */
export function multipartOf(objects: readonly Uint8Array[]): MultipartBody<readonly Uint8Array[]> {
  const { contentType, head, end } = createFrame()
  const pieces = objects.flatMap((object, n) => [Buffer.from(n === 0 ? head : `\r\n${head}`), object])
  return { contentType, pieces: [...pieces, Buffer.from(end)] }
}

/** One Part 10 object that is read while it is sent. */
export function multipartOfStream(object: AsyncIterable<Uint8Array>): MultipartBody<AsyncIterable<Uint8Array>> {
  const { contentType, head, end } = createFrame()
  async function* frame(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head)
    yield* object
    yield Buffer.from(end)
  }
  return { contentType, pieces: frame() }
}

function createFrame() {
  const boundary = `sansfilm-${randomUUID()}`
  return {
    contentType: `multipart/related; type="application/dicom"; boundary="${boundary}"`,
    head: `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`,
    end: `\r\n--${boundary}--\r\n`,
  }
}
