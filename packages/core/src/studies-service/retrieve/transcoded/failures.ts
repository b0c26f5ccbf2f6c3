import { transferSyntaxes, type Uid } from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import { type AdapterError, isAboutPixelData } from '../../../adapters/adapter-error.ts'
import type { StoredInstance } from '../../../adapters/index.ts'

/**
 * By the digest of an instance and the transfer syntax that its frames did not become, for a while: it can also be that the
 * machine was too slow.
 */
const failures = new LRUCache<string, ReadonlyMap<Uid, AdapterError>>({ max: 4096, ttl: 10 * 60 * 1000 })

type Digested = Pick<StoredInstance, 'digest'>

/**
 * Remembers that a frame of an instance could not be transcoded. A frame in the middle shows after much is sent, and the
 * connection breaks; whoever asks again is told at once, or given what is stored.
 * @param frameSyntax as in `PixelTarget`
 */
export function rememberFailure({ digest }: Digested, frameSyntax: Uid, error: unknown): void {
  if (isAboutPixelData(error)) failures.set(digest, new Map([...(failures.get(digest) ?? []), [frameSyntax, error]]))
}

/** Why an instance could not be transcoded lately, to one transfer syntax or any; `undefined` where nothing is known. */
export function failureOf({ digest }: Digested, frameSyntax?: Uid): AdapterError | undefined {
  const known = failures.get(digest)
  if (frameSyntax === undefined) return known?.values().next().value
  // What does not decode cannot be encoded either.
  return known?.get(frameSyntax) ?? known?.get(transferSyntaxes.ExplicitVRLittleEndian.uid)
}

/** Identifies what is remembered of instances; answers that depend on it have it in their entity tag. */
export function failuresAmong(rows: readonly Digested[] | undefined): string {
  if (failures.size === 0) return ''
  return (rows ?? [])
    .flatMap(({ digest }) => [...(failures.get(digest)?.keys() ?? [])].map((uid) => `${digest} ${uid}`))
    .join()
}
