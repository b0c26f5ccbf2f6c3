import { DicomwebError } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'

export const searchStudies: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const searchSeries: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const searchInstances: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}
