import { stringOf, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import { isUnderPlane, paintPixels } from '../overlay/draw-bitmap.ts'
import { inGroup, overlayGroupsOf, overlayPlaneOf } from '../overlay/overlay-plane.ts'
import type { PixelRegion, Raster } from '../pixels/raster.ts'
import type { StoredValues } from '../pixels/stored-values.ts'
import { layerColourOf } from './graphic-layers.ts'
import { shutterOverlayGroupOf } from './shutters.ts'

/**
 * Draws the overlays that a presentation state activates: its own, or those of the image in the same group.
 * @see PS3.3 §C.11.7, PS3.4 §N.2.4
 */
export function drawOverlays(
  raster: Raster,
  region: PixelRegion,
  state: Scope,
  image: { readonly instance: Scope; readonly frame: number; readonly stored: StoredValues | undefined },
): Raster {
  const activation = inGroup(tags.OverlayActivationLayer, '')
  const groups = Object.keys(state.dataset)
    .filter((tag) => /^60[01][02468ACE]/.test(tag) && tag.endsWith(activation))
    .map((tag) => tag.slice(0, 4))
  const own = new Set(overlayGroupsOf(state.dataset))
  const shutter = shutterOverlayGroupOf(state)
  return groups.reduce((below, group) => {
    const layer = stringOf(state.dataset, inGroup(tags.OverlayActivationLayer, group))?.trim()
    if (layer === undefined || layer === '' || group === shutter) return below
    const plane = own.has(group)
      ? overlayPlaneOf(state, group, image.frame, undefined)
      : overlayPlaneOf(image.instance, group, image.frame, image.stored)
    if (plane === undefined) return below
    return paintPixels(
      below,
      region,
      layerColourOf(state, layer),
      (row) => (column) => isUnderPlane(plane, row, column),
    )
  }, raster)
}
