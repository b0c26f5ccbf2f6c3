import { isObjectKey, type StoredObject } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import { listPages } from './list-pages.ts'
import type { UnfinishedUploads } from './unfinished-uploads.ts'

/** The objects in key order. Holds one page; what is no object of ours is passed over. */
export async function* listObjects(
  bucket: Bucket,
  unfinished: UnfinishedUploads,
  prefix: string,
): AsyncGenerator<StoredObject> {
  // MinIO refuses what is no path.
  if (!beginsKey(prefix)) return
  for await (const page of listPages(bucket, { prefix })) {
    const inParts = page.filter(({ key, multipart }) => multipart && isObjectKey(key))
    const [first, last] = [inParts[0], inParts.at(-1)]
    // After the page, so that whoever is on it has shown life by now.
    const signs = first && last ? await unfinished.lifeSigns(first.key, last.key) : undefined
    for (const { key, length, modified } of page) {
      if (isObjectKey(key)) yield { key, length, modified: later(modified, signs?.get(key)) }
    }
  }
}

function beginsKey(prefix: string): boolean {
  return prefix === '' || isObjectKey(prefix) || isObjectKey(`${prefix}a`)
}

function later(one: Date, other: Date | undefined): Date {
  return other !== undefined && other > one ? other : one
}
