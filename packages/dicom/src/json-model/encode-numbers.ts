import type { Value } from '../dataset.ts'
import { type VR, vrs } from '../vr.ts'
import type { Encoded } from './encode.ts'

/** How one binary number of a VR is read. */
type ReadNumber = (bytes: Buffer, at: number, bigEndian: boolean) => Value

const readers: { readonly [K in VR]?: ReadNumber } = {
  AT: (b, at, be) =>
    hex4(be ? b.readUInt16BE(at) : b.readUInt16LE(at)) + hex4(be ? b.readUInt16BE(at + 2) : b.readUInt16LE(at + 2)),
  FD: (b, at, be) => finite(be ? b.readDoubleBE(at) : b.readDoubleLE(at)),
  FL: (b, at, be) => finite(be ? b.readFloatBE(at) : b.readFloatLE(at)),
  SL: (b, at, be) => (be ? b.readInt32BE(at) : b.readInt32LE(at)),
  SS: (b, at, be) => (be ? b.readInt16BE(at) : b.readInt16LE(at)),
  SV: (b, at, be) => exact(be ? b.readBigInt64BE(at) : b.readBigInt64LE(at)),
  UL: (b, at, be) => (be ? b.readUInt32BE(at) : b.readUInt32LE(at)),
  US: (b, at, be) => (be ? b.readUInt16BE(at) : b.readUInt16LE(at)),
  UV: (b, at, be) => exact(be ? b.readBigUInt64BE(at) : b.readBigUInt64LE(at)),
}

/** Values of a binary VR that JSON writes as numbers, or as tags. Bytes that do not fill a value are left out. */
export function encodeNumbers(vr: VR, bytes: Buffer, bigEndian: boolean): Encoded {
  const read = readers[vr] as ReadNumber // `encodeValue` calls this for these VRs only
  const width = vr === 'AT' ? 4 : vrs[vr].unit
  const count = Math.floor(bytes.length / width)
  const problem = bytes.length % width === 0 ? undefined : `The length does not fit ${vr}`
  if (count === 0) return { attribute: { vr }, problem }
  const Value =
    count === 1
      ? [read(bytes, 0, bigEndian)]
      : Array.from({ length: count }, (_, i) => read(bytes, i * width, bigEndian))
  return { attribute: { vr, Value }, problem }
}

function hex4(number: number): string {
  return number.toString(16).toUpperCase().padStart(4, '0')
}

/** JSON has no such numbers (RFC 8259 §6): their names stand in. */
function finite(number: number): Value {
  if (Number.isFinite(number)) return number
  return Number.isNaN(number) ? 'NaN' : number > 0 ? 'inf' : '-inf'
}

/** "If needed to avoid losing precision" a string stands in (PS3.18 §F.2.3). */
function exact(number: bigint): Value {
  const small = Number(number)
  return Number.isSafeInteger(small) ? small : String(number)
}
