import type { Rendering } from '@sansfilm/core/adapters'
import { describeCodestream, transferSyntaxes } from '@sansfilm/dicom'
import type { RenderRequest } from '../render-request.ts'

/**
 * The frame as it is stored, where it is the JPEG that is asked for already: colours that everyone reads as YCbCr, the
 * whole of them, and no wish that would change a pixel. Most slides are so, tile by tile.
 * @see PS3.18 §8.3.5.1.2 "it may be sent as it is without decompressing and re-compressing it"
 */
export function storedJpegOf({
  source,
  frames,
  mediaType,
  parameters,
  presentation,
}: RenderRequest): Rendering | undefined {
  const [frame] = frames
  const isPlain = presentation === undefined && Object.values(parameters).every((value) => value === undefined)
  const isBaseline = source.transferSyntax === transferSyntaxes.JPEGBaseline8Bit.uid
  if (frame === undefined || frames.length > 1 || mediaType !== 'image/jpeg' || !isPlain || !isBaseline)
    return undefined
  const { rows, columns, samplesPerPixel, photometricInterpretation } = source.description
  const found = describeCodestream(frame.bytes)
  const isAsDescribed =
    samplesPerPixel === 3 &&
    photometricInterpretation.startsWith('YBR_FULL') &&
    found?.photometricInterpretation === 'YBR_FULL_422' &&
    found.transferSyntax.uid === source.transferSyntax &&
    found.rows === rows &&
    found.columns === columns
  return isAsDescribed ? { mediaType, bytes: frame.bytes } : undefined
}
