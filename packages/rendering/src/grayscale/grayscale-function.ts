import type { RenderParameters } from '@sansfilm/core/adapters'
import { stringOf, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import type { PaddingRange } from '../pixels/pixel-padding.ts'
import { possibleRange, type StoredValues } from '../pixels/stored-values.ts'
import { isPadding, type ValueRange } from '../pixels/value-range.ts'
import { modalityTransformOf, type Transform } from './modality-transform.ts'
import { rangeTransform, voiTransformOf, windowTransform } from './voi-transform.ts'

/** Transforms of a presentation state: all of them, since what a state does not say is the identity. */
export interface GrayscaleOverrides {
  readonly modality: Transform
  /** From modality values to 0-1; the whole range that they can have where absent. */
  readonly voi?: Transform
  /** From 0-1 to 0-1. */
  readonly presentation: Transform
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
 * From stored values to gray, 0 (black) to 1: the grayscale pipeline. Padding is black.
 * @see PS3.4 §N.2.1
 */
export function grayscaleFunction(
  frame: GrayscaleFrame,
  window: RenderParameters['window'],
  overrides: GrayscaleOverrides | undefined,
): Transform {
  const { instance, padding } = frame
  const modality = overrides?.modality ?? modalityTransformOf(instance, frame.frame, frame.stored.signed)
  const voi = overrides === undefined ? voiFor(frame, modality, window) : (overrides.voi ?? wholeRange(frame, modality))
  const presentation = overrides?.presentation ?? presentationOf(instance)
  return (value) => (isPadding(value, padding) ? 0 : presentation(voi(modality(value))))
}

function voiFor(frame: GrayscaleFrame, modality: Transform, window: RenderParameters['window']): Transform {
  if (window !== undefined) return windowTransform(window)
  const signed = possibleRange(frame.stored).some((value) => modality(value) < 0)
  return voiTransformOf(frame.instance, frame.frame, signed) ?? rangeTransform(...windowFromValues(frame, modality))
}

function wholeRange({ stored, valueRange }: GrayscaleFrame, modality: Transform): Transform {
  return rangeTransform(...endsOf((stored.isFloat ? valueRange() : undefined) ?? possibleRange(stored), modality))
}

/** 8-bit values fill the screen's range as they are; of deeper ones, those that occur. */
function windowFromValues({ stored, valueRange }: GrayscaleFrame, modality: Transform): ValueRange {
  return endsOf((stored.bits > 8 || stored.isFloat ? valueRange() : undefined) ?? possibleRange(stored), modality)
}

function endsOf([low, high]: ValueRange, modality: Transform): ValueRange {
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
