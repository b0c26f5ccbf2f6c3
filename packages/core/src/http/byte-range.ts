import type { ByteRange } from '../adapters/instance-storage.ts'

/**
 * The range that a Range header asks of a representation. `undefined` where the whole is to be sent: there is no header,
 * it is not well-formed or in another unit, or it names several ranges (a server may answer those with the whole; no
 * viewer asks for them).
 * @param length bytes of the representation
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec((header ?? '').replaceAll(' ', '')) ?? []
  if (first === undefined || last === undefined) return undefined
  if (first === '') return last === '' ? undefined : suffix(Number(last), length)
  const offset = Number(first)
  const end = last === '' ? length : Math.min(Number(last) + 1, length)
  if (last !== '' && Number(last) < offset) return undefined
  return offset < length ? { offset, length: end - offset } : 'unsatisfiable'
}

function suffix(wanted: number, length: number): ByteRange | 'unsatisfiable' | undefined {
  if (wanted === 0) return 'unsatisfiable'
  // The end of nothing is all of it, and has no place in Content-Range.
  if (length === 0) return undefined
  const taken = Math.min(wanted, length)
  return { offset: length - taken, length: taken }
}

/** Content-Range of a 206, or with `unsatisfiable` of a 416 (RFC 9110 §14.4). */
export function formatContentRange(range: ByteRange | 'unsatisfiable', length: number): string {
  if (range === 'unsatisfiable') return `bytes */${length}`
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${length}`
}
