import type { Dataset } from '@sansfilm/dicom'
import { isReport, reportMediaTypes } from './documents/report/report-kind.ts'
import { isWaveform, waveformDataNeeded, waveformMediaTypes } from './documents/waveform/waveform-kind.ts'

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
