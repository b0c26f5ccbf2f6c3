import { AdapterError, type Rendering, type RenderParameters } from '@sansfilm/core/adapters'
import {
  isReport,
  isWaveform,
  renderReport,
  renderWaveform,
  reportMediaTypes,
  waveformMediaTypes,
} from './documents/index.ts'
import type { LoadedDataset } from './render-request.ts'

/** An instance without frames, a report or a waveform; can be posted to another thread. */
export interface DocumentRequest extends LoadedDataset {
  /** One of `documentMediaTypes`. */
  readonly mediaType: string
  readonly parameters: Pick<RenderParameters, 'quality' | 'viewport'>
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
