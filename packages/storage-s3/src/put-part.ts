import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { ObjectKey } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { attempt } from './failures.ts'
import type { Part } from './part.ts'

/** Stores a part as a whole object, with one request, and lets go of its memory. @throws AdapterError */
export async function putPart(bucket: Bucket, key: ObjectKey, part: Part): Promise<void> {
  const command = new PutObjectCommand({
    ...bucket.addressOf(key),
    ...bucket.encryption,
    Body: part.bytes,
    ChecksumSHA256: part.digest().toString('base64'),
  })
  const { $metadata } = await attempt('store the object', bucket.client.send(command))
  releaseSent(part, $metadata.attempts)
}

/** Memory that an attempt given up may still be written from is left to the garbage collector. */
export function releaseSent(part: Part, attempts: number | undefined): void {
  if (attempts === 1) part.release()
}
