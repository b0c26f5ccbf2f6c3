const metaOffset = 132
const fileMetaGroup = 0x0002
const mediaStorageSopInstanceUid = 0x0003
/** VRs that have two reserved bytes and a length of four. @see PS3.5 Table 7.1-1 */
const longVrs = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV'])

/**
 * Media Storage SOP Instance UID, by which the answer to a store tells one of several objects from the others; `undefined`
 * where the File Meta Information is not as it should be. Nothing is decided by it but which item of the answer is meant.
 * @param object a Part 10 object from its first byte
 * @see PS3.10 §7.1
 */
export function instanceUidOf(object: Uint8Array): string | undefined {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength)
  for (let at = metaOffset; at + 12 <= bytes.length; ) {
    if (bytes.readUInt16LE(at) !== fileMetaGroup) return undefined
    const isLong = longVrs.has(bytes.toString('latin1', at + 4, at + 6))
    const start = at + (isLong ? 12 : 8)
    const end = start + (isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6))
    if (bytes.readUInt16LE(at + 2) === mediaStorageSopInstanceUid) {
      return bytes.toString('latin1', start, end).replace(/\0+$/, '') || undefined
    }
    at = end
  }
  return undefined
}
