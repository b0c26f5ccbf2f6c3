import { expect, test } from '@jest/globals'
import { isConformantUid, uidFromDigest } from './uid.ts'

test.each(['0'.repeat(64), 'f'.repeat(64), '0123456789abcdef'.repeat(4)])(
  'the UID of a digest is a UUID: %s',
  (digest) => {
    const uid = uidFromDigest(digest)
    expect(isConformantUid(uid)).toBe(true)
    expect(uidFromDigest(digest)).toBe(uid)
    const uuid = BigInt(uid.slice('2.25.'.length)).toString(16).padStart(32, '0')
    // Version 8, variant 10 (RFC 9562 §4.1, §4.2); the rest is the digest's.
    expect([uuid[12], '89ab'.includes(uuid[16] ?? '')]).toEqual(['8', true])
    expect(uuid.slice(0, 12) + uuid.slice(13, 16) + uuid.slice(17)).toBe(
      digest.slice(0, 12) + digest.slice(13, 16) + digest.slice(17, 32),
    )
  },
)
