import { createHash } from 'node:crypto'
import type { Uid } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope, StoredInstance } from '../../adapters/index.ts'
import { notFound } from './access.ts'
import { maxHeldParts } from './parts.ts'

/** What one pass over the rows of a resource tells. */
export interface InstanceSurvey {
  readonly instances: number
  /** How many instances are stored in each. */
  readonly transferSyntaxes: ReadonlyMap<Uid, number>
  /** Identifies the bytes of all of them, in order. */
  readonly digest: string
  readonly lastStored: Date
  /** The rows; `undefined` where they are too many to hold. */
  readonly held: readonly StoredInstance[] | undefined
}

/**
 * Looks through the instances of a resource before the first byte of it is sent: what status it has, whether its length can
 * be told, and its entity tag depend on all of them.
 * @throws DicomwebError `not-found` where there are none
 */
export async function surveyInstances(scope: InstanceScope, index: InstanceIndex): Promise<InstanceSurvey> {
  const transferSyntaxes = new Map<Uid, number>()
  const hash = createHash('sha256')
  const held: StoredInstance[] = []
  let instances = 0
  let lastStored = new Date(0)
  for await (const stored of index.instances(scope)) {
    instances++
    transferSyntaxes.set(stored.transferSyntax, (transferSyntaxes.get(stored.transferSyntax) ?? 0) + 1)
    hash.update(`${stored.instance} ${stored.digest}\n`)
    if (stored.storedAt > lastStored) lastStored = stored.storedAt
    if (instances <= maxHeldParts) held.push(stored)
  }
  if (instances === 0) throw notFound()
  return {
    instances,
    transferSyntaxes,
    digest: hash.digest('hex'),
    lastStored,
    held: instances <= maxHeldParts ? held : undefined,
  }
}
