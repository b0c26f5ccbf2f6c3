import { DicomwebError } from '../../errors.ts'
import type { Transaction } from '../../transaction.ts'

export const retrieveInstances: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrieveMetadata: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrieveFrames: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrieveBulkdata: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrievePixelData: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrieveRendered: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}

export const retrieveThumbnail: Transaction = async () => {
  throw new DicomwebError('not-implemented', 'Not there yet.')
}
