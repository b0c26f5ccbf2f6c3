import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { AdapterError } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { attempt } from './failures.ts'

/** What the store tells of one of its objects. */
export interface ListedObject {
  /** Without what the bucket puts before every key. */
  readonly key: string
  readonly length: number
  readonly modified: Date
  /** Whether it came in parts. */
  readonly multipart: boolean
}

/**
 * The objects whose key starts with `prefix`, from the first after `after`, a page at a time. Each page is asked for by
 * the last key of the one before, which stays good however long its reader takes.
 * @throws AdapterError where the store does not keep to the order of keys (directory buckets of Amazon)
 */
export async function* listPages(
  bucket: Bucket,
  { prefix, after = '' }: { readonly prefix: string; readonly after?: string },
): AsyncGenerator<readonly ListedObject[]> {
  for (let last = after; ; ) {
    const { Contents: contents = [], IsTruncated: more } = await attempt(
      'list objects',
      bucket.client.send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: bucket.prefix + prefix,
          ...(last !== '' && { StartAfter: bucket.prefix + last }),
        }),
      ),
    )
    const page: ListedObject[] = []
    for (const { Key, Size, LastModified, ETag } of contents) {
      if (Key === undefined || Size === undefined || LastModified === undefined) continue // not to be had by the protocol
      const key = Key.slice(bucket.prefix.length)
      if (key <= last)
        throw new AdapterError('unavailable', 'The store does not list objects in the order of their keys')
      last = key
      page.push({ key, length: Size, modified: LastModified, multipart: ETag?.includes('-') === true })
    }
    yield page
    if (more !== true || page.length === 0) return
  }
}
