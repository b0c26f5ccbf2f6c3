import { DicomwebError } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'

export const deleteInstances: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}
