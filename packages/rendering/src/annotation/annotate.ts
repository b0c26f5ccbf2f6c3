import type { RenderParameters } from '@sansfilm/core/adapters'
import { numberOf, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import type { Raster } from '../pixels/raster.ts'
import { patientLines, techniqueLines } from './annotation-lines.ts'
import { drawSvg } from './draw-svg.ts'
import { legibleText, lineHeight, textSizeFor } from './legible-text.ts'

/**
 * Burns in who and what is seen: the patient at the left, the procedure at the right, both at the top.
 * @param frame from 1
 * @see PS3.18 §8.3.5.1.1
 */
export function annotate(
  raster: Raster,
  instance: Scope,
  frame: number,
  annotation: NonNullable<RenderParameters['annotation']>,
): Promise<Raster> {
  const size = textSizeFor(raster.width, raster.height)
  const margin = size / 2
  const frames = numberOf(instance.dataset, tags.NumberOfFrames) ?? 1
  const patient = annotation.includes('patient') ? patientLines(instance) : []
  const technique = annotation.includes('technique') ? techniqueLines(instance, frame, frames) : []
  const elements =
    legibleText(patient, { x: margin, y: margin, size }) +
    legibleText(technique, { x: raster.width - margin, y: margin, size }, 'right')
  const lines = Math.max(patient.length, technique.length)
  return drawSvg(raster, elements, true, margin + size * lineHeight * (lines + 1))
}
