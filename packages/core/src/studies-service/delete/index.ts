import type { InstanceScope } from '../../adapters/index.ts'
import { DicomwebError } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'
import { discardForgotten } from '../stored-objects.ts'
import { isVisible } from '../visibility.ts'

/**
 * Forgets a study, series or instance. The rows go at once; the bytes after them, and what a crash leaves is found by the
 * sweep. PS3.18 has no such transaction: the method is RFC 9110's, on the resources of PS3.18 §10.4.1.
 */
export const deleteInstances: Transaction = async (_request, target, context, backend) => {
  const { index, authorize, emit, reportBug } = backend
  if (target.study === undefined) throw new DicomwebError('bad-request', 'Deletion needs a study, series or instance.')
  const scope: InstanceScope = {
    partition: context.partition,
    study: target.study,
    ...(target.series !== undefined && { series: target.series }),
    ...(target.instance !== undefined && { instance: target.instance }),
  }
  const { partition: _, ...resource } = scope
  const allowed = await authorize({ transaction: 'delete', context, ...resource })
  if (!(await isVisible(allowed, scope, backend))) {
    emit({ type: 'denied', at: new Date(), context, target: resource, transaction: 'delete' })
    throw new DicomwebError('forbidden', 'The caller may not delete this.')
  }
  const removed = await index.remove(scope)
  if (removed.length === 0) throw new DicomwebError('not-found', 'Nothing is stored there.')
  emit({ type: 'deleted', at: new Date(), context, target: resource, instances: removed.length })
  await discardForgotten(removed, backend, (error) => reportBug(error, context)) // what fails is left to the sweep
  return { status: 204, headers: {}, body: null }
}
