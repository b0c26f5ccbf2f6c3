import { tags } from '@sansfilm/dicom'
import { macroOf } from '../frame-attributes.ts'
import { numbersOf, type Scope } from '../loaded-values.ts'

/** Height of a pixel for a width of 1; 1 where nothing says otherwise. @see PS3.3 §C.7.6.3.1.7, §10.7.1.3 */
export function pixelAspectOf(instance: Scope, frame: number): number {
  const measures = macroOf(instance, frame, tags.PixelMeasuresSequence)
  const { dataset } = instance
  const pairs = [
    numbersOf(dataset, tags.PixelAspectRatio),
    numbersOf(measures.dataset, tags.PixelSpacing),
    numbersOf(dataset, tags.ImagerPixelSpacing),
    numbersOf(dataset, tags.NominalScannedPixelSpacing),
  ]
  for (const [vertical = 0, horizontal = 0] of pairs) {
    const aspect = vertical / horizontal
    // Beyond this it is a mistake rather than a picture.
    if (aspect >= 1 / 64 && aspect <= 64) return aspect
  }
  return 1
}
