import { numberOf, tags } from '@sansfilm/dicom'
import { macroOf } from '../frame-attributes.ts'
import { itemScopes, type Scope } from '../loaded-values.ts'
import { lookUp, lookupTableOf } from '../pixels/lookup-table.ts'

/** From one kind of value to the next of the pipeline (PS3.4 §N.2). */
export type Transform = (value: number) => number

/**
 * From stored values to what the manufacturer's scale has: Hounsfield Units, optical density.
 * @param signed whether stored values are
 * @see PS3.3 §C.11.1, §C.7.6.16.2.9
 */
export function modalityTransformOf(instance: Scope, frame: number, signed: boolean): Transform {
  const macro = macroOf(instance, frame, tags.PixelValueTransformationSequence)
  return transformOf(instance, signed) ?? rescaleOf(macro) ?? ((value) => value)
}

/** The transform that a Modality LUT Module has; `undefined` where it is empty, for presentation states have their own. */
export function transformOf(module: Scope, signed: boolean): Transform | undefined {
  const [item] = itemScopes(module, tags.ModalityLUTSequence)
  const table = item === undefined ? undefined : lookupTableOf(item, tags.LUTDescriptor, tags.LUTData, signed)
  if (table !== undefined) return (value) => lookUp(table, value)
  return rescaleOf(module)
}

function rescaleOf({ dataset }: Scope): Transform | undefined {
  const intercept = numberOf(dataset, tags.RescaleIntercept)
  const slope = numberOf(dataset, tags.RescaleSlope)
  if (intercept === undefined && slope === undefined) return undefined
  // A slope of 0 would make every pixel the same.
  const factor = slope === undefined || slope === 0 ? 1 : slope
  const offset = intercept ?? 0
  return (value) => value * factor + offset
}
