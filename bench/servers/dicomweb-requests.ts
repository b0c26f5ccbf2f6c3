import type { HttpRequest } from '../measure/http-connection.ts'
import type { Get, Part10Body } from './server.ts'

const boundary = 'sansfilm-bench-boundary'

/** The request for a resource of a DICOMweb service (PS3.18 §10.4). */
export function getRequest(root: string, { path, accept, gzip = false, range }: Get): HttpRequest {
  return {
    method: 'GET',
    target: root + path,
    headers: {
      accept,
      ...(gzip ? { 'accept-encoding': 'gzip' } : {}),
      ...(range === undefined ? {} : { range }),
    },
  }
}

/** The Store transaction for some files (PS3.18 §10.5). */
export function storeRequest(root: string, files: readonly Part10Body[]): HttpRequest {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`)
  const lineEnd = Buffer.from('\r\n')
  const end = Buffer.from(`--${boundary}--\r\n`)
  const parts = files.reduce((sum, file) => sum + head.length + file.length + lineEnd.length, 0)
  const bytes = async function* () {
    for (const file of files) {
      yield head
      yield* file.bytes
      yield lineEnd
    }
    yield end
  }
  return {
    method: 'POST',
    target: `${root}/studies`,
    headers: {
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: { length: parts + end.length, bytes: bytes() },
  }
}
