import { type Dataset, stringOf, tags, type Uid } from '@sansfilm/dicom'
import type { Condition, ExtraAttributes, InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Authorization, Context } from '../../context.ts'
import { type Candidate, matches } from '../../query/matching.ts'
import { levelAttributes } from '../level-attributes.ts'
import { isVisible } from '../visibility.ts'
import type { InstanceIdentity } from './check-instance.ts'
import { InstanceRefusal } from './failure-reason.ts'

/**
 * Refuses an instance of another study than that of the target resource, or one the caller may not store.
 * @throws InstanceRefusal `otherStudy`, `notAuthorized`
 */
export async function refuseTarget(
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

/**
 * Whether an authorization covers an instance. A study that stands decides for what is added to it; by what the
 * instance says of itself anyone could write into any.
 */
export async function mayStore(
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
