import { hash } from 'node:crypto'
import { DicomwebError } from '../../errors.ts'
import { type MediaType, parameterOf } from '../media-type.ts'

/**
 * The boundary that a multipart Content-Type names. Printable characters beyond those of RFC 2046 are tolerated, since
 * they cannot be misread.
 * @throws DicomwebError `bad-request` when there is none, or it cannot delimit anything
 * @see RFC 2046 §5.1.1
 */
export function boundaryOf(contentType: MediaType): string {
  const boundary = parameterOf(contentType, 'boundary')
  if (boundary === undefined || boundary === '')
    throw new DicomwebError('bad-request', `The Content-Type ${contentType.type} has no boundary parameter.`)
  if (boundary.length > 70)
    throw new DicomwebError('bad-request', 'The multipart boundary is longer than the 70 characters of RFC 2046.')
  if (!/^[ -~]*[!-~]$/.test(boundary))
    throw new DicomwebError(
      'bad-request',
      'The multipart boundary has a character that is not printable ASCII, or ends with a space.',
    )
  return boundary
}

/**
 * A boundary that is always the same for the same seed, so that a multipart answer has the same bytes every time and can
 * be ranged. The seed holds the digest or entity tag of what is enclosed: then no content can be made that contains its
 * own boundary.
 */
export function boundaryFor(seed: string): string {
  return hash('sha256', seed).slice(0, 40)
}
