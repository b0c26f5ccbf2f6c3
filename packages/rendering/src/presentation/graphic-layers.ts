import { numberOf, stringOf, tags } from '@sansfilm/dicom'
import { type Rgb, rgbOfCielab } from '../colour/cielab.ts'
import { itemScopes, numbersOf, type Scope } from '../loaded-values.ts'

const defaultColour: Rgb = [255, 255, 255]

/** The colour that a graphic layer recommends; white where it recommends none. @see PS3.3 §C.10.7 */
export function layerColourOf(state: Scope, layer: string): Rgb {
  const found = itemScopes(state, tags.GraphicLayerSequence).find(
    ({ dataset }) => stringOf(dataset, tags.GraphicLayer)?.trim() === layer,
  )
  if (found === undefined) return defaultColour
  const { dataset } = found
  const cielab = rgbOfCielab(numbersOf(dataset, tags.GraphicLayerRecommendedDisplayCIELabValue))
  if (cielab !== undefined) return cielab
  const [red, green, blue] = numbersOf(dataset, tags.RETIRED_GraphicLayerRecommendedDisplayRGBValue).map(to8Bits)
  if (red !== undefined && green !== undefined && blue !== undefined) return [red, green, blue]
  const value = numberOf(dataset, tags.GraphicLayerRecommendedDisplayGrayscaleValue)
  if (value === undefined) return defaultColour
  const gray = to8Bits(value)
  return [gray, gray, gray]
}

/** Layers from the lowest. */
export function layerOrderOf(state: Scope): (layer: string | undefined) => number {
  const orders = new Map(
    itemScopes(state, tags.GraphicLayerSequence).map(({ dataset }) => [
      stringOf(dataset, tags.GraphicLayer)?.trim(),
      numberOf(dataset, tags.GraphicLayerOrder) ?? 0,
    ]),
  )
  return (layer) => orders.get(layer) ?? 0
}

/** 0 to 65,535 is what an output device can show. */
function to8Bits(value: number): number {
  return Math.min(Math.max(Math.round(value / 257), 0), 255)
}
