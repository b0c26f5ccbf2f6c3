import type { RenderParameters } from '@sansfilm/core/adapters'
import { stringOf, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import type { PaddingRange } from '../pixels/pixel-padding.ts'
import { possibleRange, type StoredValues } from '../pixels/stored-values.ts'
import { isPadding, type ValueRange } from '../pixels/value-range.ts'
import { modalityTransformOf, type Transform } from './modality-transform.ts'
import { rangeTransform, voiTransformOf, windowTransform } from './voi-transform.ts'

/** Transforms of a presentation state, each in place of the image's own. */
export interface GrayscaleOverrides {
  readonly modality?: Transform
  /** Given what comes before it. */
  readonly voi?: Transform
  /** From 0-1 to 0-1. */
  readonly presentation?: Transform
}

/** What decides on the grays of one frame. */
export interface GrayscaleFrame {
  readonly instance: Scope
  /** From 1. */
  readonly frame: number
  readonly stored: StoredValues
  readonly padding: PaddingRange | undefined
  /** Of the stored values of all frames drawn together; asked for only where nothing else gives a window. */
  readonly valueRange: () => ValueRange | undefined
}

/**
 * From stored values to gray, 0 (black) to 255: the grayscale pipeline. Padding is black.
 * @see PS3.4 §N.2.1
 */
export function grayscaleFunction(
  frame: GrayscaleFrame,
  window: RenderParameters['window'],
  overrides: GrayscaleOverrides = {},
): (stored: number) => number {
  const { instance, stored, padding } = frame
  const modality = overrides.modality ?? modalityTransformOf(instance, frame.frame, stored.signed)
  const voi = overrides.voi ?? voiFor(frame, modality, window)
  const presentation = overrides.presentation ?? presentationOf(instance)
  return (value) => (isPadding(value, padding) ? 0 : Math.round(presentation(voi(modality(value))) * 255))
}

function voiFor(frame: GrayscaleFrame, modality: Transform, window: RenderParameters['window']): Transform {
  if (window !== undefined) return windowTransform(window)
  const signed = possibleRange(frame.stored).some((value) => modality(value) < 0)
  return voiTransformOf(frame.instance, frame.frame, signed) ?? rangeTransform(...windowFromValues(frame, modality))
}

/** 8-bit values fill the screen's range as they are; of deeper ones, those that occur. */
function windowFromValues({ stored, valueRange }: GrayscaleFrame, modality: Transform): ValueRange {
  const [low, high] = (stored.bits > 8 || stored.isFloat ? valueRange() : undefined) ?? possibleRange(stored)
  const ends = [modality(low), modality(high)]
  return [Math.min(...ends), Math.max(...ends)]
}

/** The polarity of an image without a presentation state. @see PS3.3 §C.7.6.3.1.2, §C.8.11.1 */
function presentationOf({ dataset }: Scope): Transform {
  const isInverse =
    stringOf(dataset, tags.PhotometricInterpretation)?.trim() === 'MONOCHROME1' ||
    stringOf(dataset, tags.PresentationLUTShape)?.trim() === 'INVERSE'
  return isInverse ? (value) => 1 - value : (value) => value
}
