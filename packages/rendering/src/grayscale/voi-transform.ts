import type { Window } from '@sansfilm/core/adapters'
import { type Dataset, stringOf, tags } from '@sansfilm/dicom'
import { macroOf } from '../frame-attributes.ts'
import { itemScopes, numbersOf, type Scope } from '../loaded-values.ts'
import { lookUp, lookupTableOf } from '../pixels/lookup-table.ts'
import type { Transform } from './modality-transform.ts'

/**
 * From modality values to the part of them that is of interest, from 0 to 1; `undefined` where the instance names none.
 * A VOI LUT goes before a window: where there are both, the window is the poorer copy for those who cannot apply the LUT.
 * @param signed whether modality values may be negative
 * @see PS3.3 §C.11.2, §C.7.6.16.2.10
 */
export function voiTransformOf(instance: Scope, frame: number, signed: boolean): Transform | undefined {
  return voiOf(macroOf(instance, frame, tags.FrameVOILUTSequence), signed) ?? voiOf(instance, signed)
}

/** The first usable transform of a VOI LUT Module or Macro. */
export function voiOf(module: Scope, signed: boolean): Transform | undefined {
  for (const item of itemScopes(module, tags.VOILUTSequence)) {
    const table = lookupTableOf(item, tags.LUTDescriptor, tags.LUTData, signed)
    if (table === undefined) continue
    const largest = 2 ** table.bits - 1
    return (value) => lookUp(table, value) / largest
  }
  const window = firstWindowOf(module.dataset)
  return window === undefined ? undefined : windowTransform(window)
}

/** The first window with a width that can be drawn. */
function firstWindowOf(dataset: Dataset): Window | undefined {
  const centers = numbersOf(dataset, tags.WindowCenter)
  const widths = numbersOf(dataset, tags.WindowWidth)
  const shape = shapes[stringOf(dataset, tags.VOILUTFunction)?.trim().toUpperCase() ?? ''] ?? 'linear'
  return centers.map((center, i) => ({ center, width: widths[i] ?? 0, shape })).find(({ width }) => width > 0)
}

const shapes: Readonly<Record<string, Window['shape']>> = {
  LINEAR: 'linear',
  LINEAR_EXACT: 'linear-exact',
  SIGMOID: 'sigmoid',
}

/** The function of a window, from 0 to 1. @see PS3.3 §C.11.2.1.2, §C.11.2.1.3 */
export function windowTransform({ center, width, shape }: Window): Transform {
  if (shape === 'sigmoid') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width))
  const threshold = center - 0.5
  // LINEAR is made for whole numbers. Images of small values, as probabilities, have windows of 1 and less, and mean the
  // exact function; of a window from whole number to whole number it says the same of whole numbers.
  const isFractional = width < 1 || (width === 1 && Number.isInteger(threshold))
  if (shape === 'linear-exact' || isFractional) return (value) => clamp((value - center) / width + 0.5)
  if (width === 1) return (value) => (value <= threshold ? 0 : 1)
  return (value) => clamp((value - threshold) / (width - 1) + 0.5)
}

/** Straight from `low`, which is 0, to `high`, which is 1. Where they are the same, up to it is 0. */
export function rangeTransform(low: number, high: number): Transform {
  const width = high - low
  return width > 0 ? (value) => clamp((value - low) / width) : (value) => (value <= low ? 0 : 1)
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1)
}
