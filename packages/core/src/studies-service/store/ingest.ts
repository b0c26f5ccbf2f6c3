import { type Dataset, Part10Error, type Part10Warning, type Uid } from '@sansfilm/dicom'
import {
  AdapterError,
  type AddOutcome,
  type InflatedInstance,
  type InstanceRecord,
  type ObjectLocation,
  type StoredInstance,
} from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import { limitBytes } from '../../http/byte-stream.ts'
import { discardObjects } from '../stored-objects.ts'
import { withdrawFromPacks } from '../withdraw.ts'
import { mayStore, refuseTarget } from './authorize-store.ts'
import { dubiousUids, type InstanceIdentity, identifyInstance, reasonOfProblem, tryIdentify } from './check-instance.ts'
import { type FailureReason, InstanceRefusal } from './failure-reason.ts'
import { inflateInstance } from './inflate-instance.ts'
import { buildInstanceRecord } from './instance-record.ts'
import { observePart10 } from './observe-part10.ts'
import type { PlaceInPack } from './request-pack.ts'
import { type Observed, type Written, writeInstance } from './write-instance.ts'

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
interface Received extends Observed {
  readonly identity: InstanceIdentity
}

/** Ends the pass over the bytes of an instance that is stored already, so that they are not written again. */
class StoredAlready extends Error {
  readonly stored: StoredInstance

  constructor(stored: StoredInstance) {
    super('The same bytes are stored already')
    this.stored = stored
  }
}

/**
 * Stores one Part 10 object. Parsing, hashing and writing happen as the bytes pass; the object becomes durable, then what is
 * made of it where it is deflated, then the index row, and only then does this resolve. Whatever is refused leaves nothing
 * behind.
 * @param bytes of one instance; consumed once
 * @param study the Study Instance UID of the target resource, if it names one
 * @param pack takes small instances; without it each is an object of its own
 * @throws DicomwebError where the request as a whole has failed
 * @see PS3.18 §10.5.2
 */
export async function ingest(
  bytes: AsyncIterable<Uint8Array>,
  study: Uid | undefined,
  context: Context,
  backend: Backend,
  pack?: PlaceInPack,
): Promise<IngestOutcome> {
  let identity: Partial<InstanceIdentity> = {}
  let received: Received | undefined
  const found = () => {
    if (received === undefined) throw new Error('storage resolved without reading to the end')
    return received
  }
  try {
    const { maxInstanceBytes } = backend.limits
    const tooLarge = () => new InstanceRefusal('tooLarge', `The instance is larger than ${maxInstanceBytes} bytes`)
    const observed = observePart10(
      limitBytes(bytes, maxInstanceBytes, tooLarge),
      backend.limits,
      async (parsed, digest) => {
        identity = tryIdentify(parsed.dataset)
        const known = identifyInstance(parsed)
        await refuseTarget(known, parsed.dataset, study, context, backend)
        received = { parsed, identity: known, digest }
        await endWhereDecided(received, context, backend)
      },
    )
    const written = await writeInstance(observed, found, context.partition, backend.storage, pack)
    return await addToIndex(found(), written, context, backend)
  } catch (error) {
    if (error instanceof StoredAlready)
      return storedAs('identical', found(), error.stored.location.length, context, backend)
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return { refused: refusal.reason, detail: refusal.message, identity }
  }
}

/**
 * Ends the pass over the bytes where the index has decided already what becomes of them: so they are not written in vain.
 * @throws StoredAlready, InstanceRefusal
 */
async function endWhereDecided({ identity, digest }: Received, context: Context, backend: Backend): Promise<void> {
  const { partition } = context
  const [standing] = await backend.index.find(partition, [identity.instance])
  if (standing === undefined) return
  const isSame = standing.digest === digest && standing.study === identity.study && standing.series === identity.series
  if (isSame) throw new StoredAlready(standing)
  if (backend.onConflictIn(partition) === 'refuse') throw new InstanceRefusal('duplicateSopInstance')
}

/** Tells everyone that the instance is stored. */
function storedAs(
  outcome: Stored['stored'],
  { parsed, identity }: Received,
  bytes: number,
  context: Context,
  { emit }: Backend,
): Stored {
  const { study, series, instance } = identity
  emit({ type: 'stored', at: new Date(), context, target: { study, series, instance }, bytes, outcome })
  return { stored: outcome, identity, warnings: [...parsed.warnings, ...dubiousUids(parsed)] }
}

/** Makes what is read of a deflated instance. Where that fails, nothing stays. */
async function inflateWhereDeflated(
  { parsed }: Received,
  location: ObjectLocation,
  { storage, limits }: Backend,
): Promise<InflatedInstance | undefined> {
  if (!parsed.transferSyntax.deflated) return undefined
  try {
    return await inflateInstance(location, storage, limits)
  } catch (error) {
    await storage.delete(location.key)
    throw error
  }
}

async function addToIndex(
  received: Received,
  { location, storedAt }: Written,
  context: Context,
  backend: Backend,
): Promise<IngestOutcome> {
  const { parsed, identity, digest } = received
  const { storage, extraAttributes } = backend
  const record = await buildInstanceRecord(parsed, identity, {
    partition: context.partition,
    location,
    digest,
    inflated: await inflateWhereDeflated(received, location, backend),
    storedAt,
    extraAttributes,
  })
  let added: AddOutcome
  try {
    added = await addRecord(record, parsed.dataset, context, backend)
  } catch (error) {
    // Only a refusal for lack of room promises that no row was written; after any other failure the row may stand, and
    // bytes without a row are what the sweep is for.
    if (error instanceof AdapterError && error.code === 'out-of-resources') await discardObjects([record], storage)
    throw error
  }
  if (added.outcome === 'identical' || added.outcome === 'conflict') await discardObjects([record], storage)
  if (added.outcome === 'replaced') {
    // The row stands whatever becomes of this; the order of the two still tells which one counts.
    await withdrawFromPacks([added.previous], storage).catch((error) => backend.reportBug(error, context))
  }
  if (added.outcome === 'conflict') throw new InstanceRefusal('duplicateSopInstance')
  return storedAs(added.outcome, received, location.length, context, backend)
}

/** Adds the row by the conflict policy. What is replaced in another study must be one the caller may change, too. */
async function addRecord(
  record: InstanceRecord,
  dataset: Dataset,
  context: Context,
  backend: Backend,
): Promise<AddOutcome> {
  const { index, authorize, onConflictIn } = backend
  const added = await index.add(record, 'refuse')
  if (added.outcome !== 'conflict' || onConflictIn(context.partition) === 'refuse') return added
  const { partition, study, series, instance } = added.stored
  if (study !== record.study) {
    const allowed = await authorize({ transaction: 'store', context, study, series, instance })
    if (!(await mayStore(allowed, { partition, study }, dataset, backend))) return added
  }
  return index.add(record, 'replace')
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
