import type { TestArchive } from './test-archive.ts'

/** A part to be sent. Header names as they are to stand on the wire. */
export interface SentPart {
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** A multipart body as RFC 2046 §5.1.1 spells it, made by hand so that the server's writer is not its own judge. */
export function multipartBody(parts: readonly SentPart[], boundary = 'sent'): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ headers = {}, body }) => [
      Buffer.from(
        `\r\n--${boundary}\r\n${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      ),
      Buffer.from(body),
    ]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

/** Parts that are Part 10 objects. */
export function dicomParts(...objects: readonly Uint8Array[]): readonly SentPart[] {
  return objects.map((body) => ({ headers: { 'Content-Type': 'application/dicom' }, body }))
}

/** Stores parts in one multipart request. */
export function postParts(
  { root }: Pick<TestArchive, 'root'>,
  parts: readonly SentPart[],
  { type = 'application/dicom', path = '/studies', headers = {} as Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(root + path, {
    method: 'POST',
    headers: { 'content-type': `multipart/related; type="${type}"; boundary=sent`, ...headers },
    body: new Uint8Array(multipartBody(parts)),
  })
}
