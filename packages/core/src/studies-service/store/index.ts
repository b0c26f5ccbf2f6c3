import { DicomwebError } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'

export const storeInstances: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}
