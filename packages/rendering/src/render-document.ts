import { AdapterError, type Rendering, type RenderParameters } from '@sansfilm/core/adapters'
import type { Dataset } from '@sansfilm/dicom'
import {
  isReport,
  isWaveform,
  renderReport,
  renderWaveform,
  reportMediaTypes,
  waveformDataNeeded,
  waveformMediaTypes,
} from './documents/index.ts'
import type { LoadedDataset } from './render-request.ts'

/** An instance without frames, a report or a waveform; can be posted to another thread. */
export interface DocumentRequest extends LoadedDataset {
  /** One of `documentMediaTypes`. */
  readonly mediaType: string
  readonly parameters: Pick<RenderParameters, 'quality' | 'viewport'>
}

/**
 * The media types an instance without frames is rendered to, the default first; none where it is neither report nor waveform.
 * @see PS3.18 Table 8.7.4-1, which has no row for waveforms
 */
export function documentMediaTypes(dataset: Dataset): readonly string[] {
  if (isReport(dataset)) return reportMediaTypes
  return isWaveform(dataset) ? waveformMediaTypes : []
}

/** The paths of the values that must be read before a document is drawn, as `RenderSource.bulkData` takes them. */
export function documentBulkDataNeeded(dataset: Dataset): readonly string[] {
  return isWaveform(dataset) ? waveformDataNeeded(dataset) : []
}

/** @throws AdapterError `unsupported` for what no document is made of; `damaged` where a waveform is not what it is described as */
export async function renderDocument({ mediaType, parameters, ...loaded }: DocumentRequest): Promise<Rendering> {
  const { dataset } = loaded
  const asReport = reportMediaTypes.find((each) => each === mediaType)
  if (isReport(dataset) && asReport !== undefined)
    return { mediaType, bytes: Buffer.from(renderReport(dataset, { mediaType: asReport })) }
  const asWaveform = waveformMediaTypes.find((each) => each === mediaType)
  if (isWaveform(dataset) && asWaveform !== undefined) return renderWaveform(loaded, asWaveform, parameters)
  throw new AdapterError('unsupported', 'Instances of this kind are not drawn')
}
