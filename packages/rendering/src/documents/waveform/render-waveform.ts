import type { Rendering, Viewport } from '@sansfilm/core/adapters'
import { AdapterError } from '@sansfilm/core/adapters'
import { stringOf, tags } from '@sansfilm/dicom'
import sharp from 'sharp'
import type { LoadedDataset } from '../../render-request.ts'
import { type Annotation, readAnnotations } from './annotation.ts'
import { channelChart } from './channel-chart.ts'
import { Drawing } from './drawing.ts'
import { ecgPaper, firstRow, fitsEcgPaper, isEcg } from './ecg-paper.ts'
import { liveText, outlinedText, type SetText } from './letters.ts'
import { type MultiplexGroup, readMultiplexGroups } from './multiplex-group.ts'
import { type Panel, sheet } from './sheet.ts'
import { sheetHeader, waveformTitle } from './sheet-header.ts'
import type { WaveformMediaType } from './waveform-kind.ts'

/** How a waveform is rendered. */
export interface WaveformOptions {
  /** 1 to 100, of `image/jpeg`. Default 90. */
  readonly quality?: number
  /** Pixels that a picture fits into, its sides in proportion; by default 150 for each inch of paper. */
  readonly viewport?: Pick<Viewport, 'width' | 'height'>
}

/** The Content-Security-Policy header that a drawing is to be sent with: it needs nothing. */
export const drawingContentSecurityPolicy = "default-src 'none'; frame-ancestors 'self'"

/** 150 for each inch. */
const defaultPixelsPerMillimetre = 150 / 25.4
/** Pixels of a picture: a sheet with very many channels is drawn smaller. */
const maxPixels = 40_000_000
const margin = 8

/**
 * Draws a waveform: ECG of up to a minute on its paper, others as channels over a time axis. The cost is that of reading
 * the samples once and of the points a sheet has room for, however long the recording.
 * @param source with the values at `waveformDataNeeded`
 * @throws AdapterError `damaged` where samples are missing, `unsupported` where they are of an unknown kind
 * @see PS3.3 §C.10.9
 */
export async function renderWaveform(
  source: LoadedDataset,
  mediaType: WaveformMediaType,
  options: WaveformOptions = {},
): Promise<Rendering> {
  if (mediaType === 'image/svg+xml') return { mediaType, bytes: Buffer.from(drawSheet(source, liveText)) }
  const svg = drawSheet(source, outlinedText, (height) => pixelsPerMillimetre(height, options.viewport))
  // Traces are larger than what libxml takes from strangers; this text is ours.
  const picture = sharp(Buffer.from(svg), { unlimited: true }).flatten({ background: '#ffffff' })
  const encoded = mediaType === 'image/jpeg' ? picture.jpeg({ quality: options.quality ?? 90 }) : picture.png()
  try {
    return { mediaType, bytes: await encoded.toBuffer() }
  } catch (error) {
    throw new AdapterError('unavailable', 'The drawing could not be made a picture', { cause: error })
  }
}

function drawSheet(source: LoadedDataset, setText: SetText, scaleOf?: (height: number) => number): string {
  const annotations = readAnnotations(source.dataset)
  const sopClass = stringOf(source.dataset, tags.SOPClassUID) ?? ''
  const panels: readonly Panel[] = [
    sheetHeader(source.dataset, annotations),
    ...readMultiplexGroups(source).flatMap((group) => groupPanels(group, sopClass, annotations)),
  ]
  const drawing = new Drawing(setText)
  let top: number = margin
  for (const panel of panels) {
    panel.draw(drawing, top)
    top += panel.height
  }
  const height = top + margin
  return drawing.finish(sheet.width, height, waveformTitle(source.dataset), scaleOf?.(height))
}

/** An ECG that is too long for paper shows its start there, and all of it as an overview. */
function groupPanels(group: MultiplexGroup, sopClass: string, annotations: readonly Annotation[]): readonly Panel[] {
  if (!isEcg(group, sopClass)) return [channelChart(group, annotations)]
  if (fitsEcgPaper(group)) return [ecgPaper(group, annotations)]
  const start = firstRow(group)
  return [...(fitsEcgPaper(start) ? [ecgPaper(start, annotations)] : []), channelChart(group, annotations)]
}

/** So that the sheet fits the viewport, and memory. */
function pixelsPerMillimetre(height: number, viewport: WaveformOptions['viewport']): number {
  const wanted =
    viewport === undefined
      ? defaultPixelsPerMillimetre
      : Math.min(viewport.width / sheet.width, viewport.height / height)
  return Math.min(wanted, Math.sqrt(maxPixels / (sheet.width * height)))
}
