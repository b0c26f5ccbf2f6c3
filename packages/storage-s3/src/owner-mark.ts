import { PutObjectCommand } from '@aws-sdk/client-s3'
import { AdapterError, type OwnerMark } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { attempt } from './failures.ts'
import { ObjectStream } from './object-stream.ts'

/** Where no key of an instance leads. */
const key = '.owner'

/** The mark in an object beside those of instances. */
export function ownerMark(bucket: Bucket): OwnerMark {
  return {
    async read() {
      try {
        const chunks: Uint8Array[] = []
        for await (const chunk of await ObjectStream.open(bucket, key)) chunks.push(chunk)
        return Buffer.concat(chunks).toString('utf8').trim() || undefined
      } catch (error) {
        if (error instanceof AdapterError && error.code === 'not-found') return undefined
        throw error
      }
    },

    async write(owner) {
      const command = new PutObjectCommand({ ...bucket.addressOf(key), ...bucket.encryption, Body: `${owner}\n` })
      await attempt('write the owner of the storage', bucket.client.send(command))
    },
  }
}
