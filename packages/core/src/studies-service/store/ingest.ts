import { createHash } from 'node:crypto'
import {
  createPart10Parser,
  type Dataset,
  type ParsedInstance,
  Part10Error,
  type Part10Warning,
  stringOf,
  tags,
  type Uid,
} from '@sansfilm/dicom'
import { AdapterError, type Condition, type ExtraAttributes, type InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Authorization, Context } from '../../context.ts'
import { limitBytes } from '../../http/byte-stream.ts'
import { type Candidate, matches } from '../../query/matching.ts'
import { levelAttributes } from '../search/level-attributes.ts'
import { isVisible } from '../visibility.ts'
import { dubiousUids, type InstanceIdentity, identifyInstance, reasonOfProblem, tryIdentify } from './check-instance.ts'
import { type FailureReason, InstanceRefusal } from './failure-reason.ts'
import { buildInstanceRecord } from './instance-record.ts'
import { newObjectKey } from './object-key.ts'

/** An instance that is stored now. */
export interface Stored {
  readonly stored: 'added' | 'identical' | 'replaced'
  readonly identity: InstanceIdentity
  readonly warnings: readonly Part10Warning[]
}

/** An instance, or a part, of which nothing was stored. */
export interface Refused {
  readonly refused: FailureReason
  readonly detail: string
  /** As far as it is known. */
  readonly identity: Partial<InstanceIdentity>
}

/** What became of one instance of a payload. */
export type IngestOutcome = Stored | Refused

/** What one pass over the bytes finds out while storage writes them. */
interface Received {
  readonly parsed: ParsedInstance
  readonly identity: InstanceIdentity
  readonly digest: string
}

/**
 * Stores one Part 10 object. Parsing, hashing and writing happen as the bytes pass; the object becomes durable, then the
 * index row, and only then does this resolve. Whatever is refused leaves nothing behind.
 * @param bytes of one instance; consumed once
 * @param study the Study Instance UID of the target resource, if it names one
 * @throws DicomwebError where the request as a whole has failed
 * @see PS3.18 §10.5.2
 */
export async function ingest(
  bytes: AsyncIterable<Uint8Array>,
  study: Uid | undefined,
  context: Context,
  backend: Backend,
): Promise<IngestOutcome> {
  let identity: Partial<InstanceIdentity> = {}
  try {
    const key = newObjectKey(context.partition)
    let received: Received | undefined
    const { length } = await backend.storage.put(
      key,
      observe(bytes, backend, async (parsed, digest) => {
        identity = tryIdentify(parsed.dataset)
        const known = identifyInstance(parsed)
        await refuseTarget(known, parsed.dataset, study, context, backend)
        received = { parsed, identity: known, digest }
      }),
    )
    if (received === undefined) throw new Error('storage resolved without reading to the end')
    return await addToIndex(received, { key, offset: 0, length }, context, backend)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return { refused: refusal.reason, detail: refusal.message, identity }
  }
}

/** Passes the bytes on, parsed and hashed; `complete` runs before the last pull ends, so that its refusal undoes the write. */
async function* observe(
  bytes: AsyncIterable<Uint8Array>,
  { limits }: Backend,
  complete: (parsed: ParsedInstance, digest: string) => Promise<void>,
): AsyncIterable<Uint8Array> {
  const parser = createPart10Parser(limits)
  const hash = createHash('sha256')
  const tooLarge = () => new InstanceRefusal('tooLarge', `The instance is larger than ${limits.maxInstanceBytes} bytes`)
  try {
    for await (const chunk of limitBytes(bytes, limits.maxInstanceBytes, tooLarge)) {
      const inflating = parser.write(chunk)
      if (inflating !== undefined) await inflating
      hash.update(chunk)
      yield chunk
    }
    await complete(await parser.end(), hash.digest('hex'))
  } finally {
    parser.destroy()
  }
}

async function refuseTarget(
  { study, series, instance }: InstanceIdentity,
  dataset: Dataset,
  targetStudy: Uid | undefined,
  context: Context,
  backend: Backend,
): Promise<void> {
  if (targetStudy !== undefined && study !== targetStudy) throw new InstanceRefusal('otherStudy')
  const target = { study, series, instance }
  const allowed = await backend.authorize({ transaction: 'store', context, ...target })
  if (await mayStore(allowed, { partition: context.partition, study }, dataset, backend)) return
  backend.emit({ type: 'denied', at: new Date(), context, target, transaction: 'store' })
  throw new InstanceRefusal('notAuthorized')
}

/** A study that stands decides for what is added to it; by what the instance says of itself anyone could write into any. */
async function mayStore(
  allowed: Authorization,
  study: InstanceScope,
  dataset: Dataset,
  { index, extraAttributes }: Backend,
): Promise<boolean> {
  if (typeof allowed === 'boolean') return allowed
  if ((await index.state(study)) !== undefined) return isVisible(allowed, study, { index })
  return isWithin(allowed.visible, dataset, extraAttributes)
}

/** Whether an instance that is not stored yet would be visible, taken by itself. */
function isWithin(groups: readonly (readonly Condition[])[], dataset: Dataset, extra: ExtraAttributes): boolean {
  const candidate: Candidate = {
    attributes: levelAttributes(dataset, extra),
    derived: {
      modalitiesInStudy: [stringOf(dataset, tags.Modality) ?? ''],
      numberOfStudyRelatedSeries: 1,
      numberOfStudyRelatedInstances: 1,
      numberOfSeriesRelatedInstances: 1,
      storedAt: new Date(),
    },
  }
  return groups.some((group) => group.every((condition) => matches(candidate, condition)))
}

async function addToIndex(
  { parsed, identity, digest }: Received,
  location: { readonly key: string; readonly offset: number; readonly length: number },
  context: Context,
  { index, storage, onConflict, extraAttributes, emit }: Backend,
): Promise<IngestOutcome> {
  const record = await buildInstanceRecord(parsed, identity, {
    partition: context.partition,
    location,
    digest,
    storedAt: new Date(),
    extraAttributes,
  })
  let added: Awaited<ReturnType<typeof index.add>>
  try {
    added = await index.add(record, onConflict)
  } catch (error) {
    // Only a refusal for lack of room promises that no row was written; after any other failure the row may stand, and
    // bytes without a row are what the sweep is for.
    if (error instanceof AdapterError && error.code === 'out-of-resources') await storage.delete(location.key)
    throw error
  }
  if (added.outcome === 'identical' || added.outcome === 'conflict') await storage.delete(location.key)
  if (added.outcome === 'conflict') throw new InstanceRefusal('duplicateSopInstance')
  const { study, series, instance } = identity
  emit({
    type: 'stored',
    at: new Date(),
    context,
    target: { study, series, instance },
    bytes: location.length,
    outcome: added.outcome,
  })
  return { stored: added.outcome, identity, warnings: [...parsed.warnings, ...dubiousUids(parsed)] }
}

/** A failure that concerns this instance alone; `undefined` for those that concern the request or are bugs. */
function refusalOf(error: unknown): InstanceRefusal | undefined {
  if (error instanceof InstanceRefusal) return error
  if (error instanceof Part10Error) {
    return new InstanceRefusal(reasonOfProblem[error.problem], error.message, { cause: error })
  }
  if (error instanceof AdapterError && error.code === 'out-of-resources') {
    return new InstanceRefusal('outOfResources', 'There is no room to store the instance', { cause: error })
  }
  return undefined
}
