import { AdapterError, type Rendering } from '@sansfilm/core/adapters'
import type { Dataset } from '@sansfilm/dicom'
import { isReport, renderReport, reportMediaTypes } from './documents/index.ts'
import type { LoadedDataset } from './render-request.ts'

/** An instance without frames, to be drawn as a document; can be posted to another thread. */
export interface DocumentRequest extends LoadedDataset {
  /** One of `documentMediaTypes`. */
  readonly mediaType: string
}

/** The media types an instance without frames is rendered to, the default first. @see PS3.18 Table 8.7.4-1 */
export function documentMediaTypes(dataset: Dataset): readonly string[] {
  return isReport(dataset) ? reportMediaTypes : []
}

/** The paths of the values that must be read before a document is drawn. */
export function documentBulkDataNeeded(_dataset: Dataset): readonly string[] {
  return []
}

/** @throws AdapterError `unsupported` for what no document is made of */
export async function renderDocument({ dataset, mediaType }: DocumentRequest): Promise<Rendering> {
  const asReport = reportMediaTypes.find((each) => each === mediaType)
  if (!isReport(dataset) || asReport === undefined)
    throw new AdapterError('unsupported', 'Instances of this kind are not drawn')
  return { mediaType, bytes: Buffer.from(renderReport(dataset, { mediaType: asReport })) }
}
