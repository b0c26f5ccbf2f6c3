import { createHash } from 'node:crypto'
import type { Uid } from '@sansfilm/dicom'

/**
 * The UID of a part of the sample, the same on every run: what is stored twice is then the same instance.
 * A name-based UUID (RFC 9562 §5.5) under the UUID root (PS3.5 §B.2).
 */
export function sampleUid(name: string): Uid {
  const bytes = createHash('sha1').update(`sansfilm sample: ${name}`).digest().subarray(0, 16)
  bytes.writeUInt8(((bytes[6] as number) & 0x0f) | 0x50, 6) // version 5; a digest has these bytes
  bytes.writeUInt8(((bytes[8] as number) & 0x3f) | 0x80, 8) // variant of RFC 9562
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
