import type { CharacterSet } from '../character-set.ts'
import type { Attribute } from '../dataset.ts'
import { swapUnits } from '../pixel-data/extract.ts'
import { type VR, vrs } from '../vr.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { encodeText } from './encode-text.ts'

/** An attribute, and what about its bytes breaks a rule of PS3.5. */
export interface Encoded {
  readonly attribute: Attribute
  readonly problem?: string | undefined
}

/**
 * The DICOM JSON Model of one value; without bytes it has none of `Value`, `InlineBinary`, `BulkDataURI` (PS3.18 §F.2.5).
 * @param bytes the value as stored, padding included; copied, never kept
 * @see PS3.18 §F.2.3
 */
export function encodeValue(vr: VR, bytes: Buffer, bigEndian: boolean, characterSet: CharacterSet): Encoded {
  if (bytes.length === 0) return { attribute: { vr } }
  const { json, unit } = vrs[vr]
  if (json === 'binary' || json === 'sequence') {
    // InlineBinary is little endian whatever the stored order (PS3.18 §F.2.7).
    const ordered = bigEndian && unit > 1 ? swapUnits(bytes, unit) : bytes
    return { attribute: { vr, InlineBinary: Buffer.from(ordered).toString('base64') } }
  }
  return unit > 1 ? encodeNumbers(vr, bytes, bigEndian) : encodeText(vr, bytes, characterSet)
}
