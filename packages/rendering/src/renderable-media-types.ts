import type { RenderSource } from '@sansfilm/core/adapters'
import { lookupTransferSyntax, pixelDescriptionOf } from '@sansfilm/dicom'
import { animationMediaTypes, imageMediaTypes } from './encode/media-types.ts'

/**
 * The media types that frames of an instance are rendered to, the default first; none where it has no pixels, or is a video.
 * @param frames how many are asked for: one makes an image, several an animation
 * @see PS3.18 Table 8.7.4-1
 * @example renderableMediaTypes(source, 1)[0] // 'image/jpeg'
 */
export function renderableMediaTypes(
  { dataset, transferSyntax, layout }: Pick<RenderSource, 'dataset' | 'transferSyntax' | 'layout'>,
  frames: number,
): readonly string[] {
  const isVideo = lookupTransferSyntax(transferSyntax)?.video === true
  if (layout === undefined || isVideo || frames < 1) return []
  const description = pixelDescriptionOf(dataset, layout.tag)
  if (description === undefined || ![1, 3].includes(description.samplesPerPixel)) return []
  return frames === 1 ? imageMediaTypes : animationMediaTypes
}
