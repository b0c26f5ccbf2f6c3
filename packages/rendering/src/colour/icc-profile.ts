import { stringOf, tags } from '@sansfilm/dicom'
import { macroOf } from '../frame-attributes.ts'
import { bytesOf, itemScopes, type Scope } from '../loaded-values.ts'

/**
 * The ICC profile of the colours of a frame: the image's own, or that of the optical path it was seen through; `undefined`
 * where there is none, or none of RGB.
 * @see PS3.3 §C.11.15, §C.8.12.5
 */
export function iccProfileOf(instance: Scope, frame: number): Uint8Array | undefined {
  return rgbProfile(bytesOf(instance, tags.ICCProfile)) ?? opticalPathProfile(instance, frame)
}

function opticalPathProfile(instance: Scope, frame: number): Uint8Array | undefined {
  const paths = itemScopes(instance, tags.OpticalPathSequence)
  const macro = macroOf(instance, frame, tags.OpticalPathIdentificationSequence)
  const identifier = stringOf(macro.dataset, tags.OpticalPathIdentifier)
  const path = paths.find(({ dataset }) => stringOf(dataset, tags.OpticalPathIdentifier) === identifier) ?? paths[0]
  return path && rgbProfile(bytesOf(path, tags.ICCProfile))
}

/** A profile whose header says that it is one, of RGB colours (ISO 15076-1 §7.2). */
function rgbProfile(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined || bytes.length < 132) return undefined
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 132)
  const isOne = header.toString('latin1', 36, 40) === 'acsp' && header.toString('latin1', 16, 20) === 'RGB '
  // The value is padded to an even length: the profile says itself how long it is.
  return isOne ? bytes.subarray(0, Math.min(bytes.length, header.readUInt32BE(0))) : undefined
}
