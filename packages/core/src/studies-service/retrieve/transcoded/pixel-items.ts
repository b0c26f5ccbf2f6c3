import { type BulkDataRange, lookupTransferSyntax } from '@sansfilm/dicom'
import type { StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import type { SelectedMediaType } from '../../../media-types/selected-media-type.ts'
import { instancePath } from '../../prepared-metadata.ts'
import { contentTypeOf, type PayloadItem } from '../parts.ts'
import type { RetrieveRequest } from '../request.ts'
import { nativePixels } from './pixel-value.ts'
import { negotiatedTarget, TranscodedFrames } from './transcoded-frames.ts'

/**
 * The representations of an instance's pixel data in another transfer syntax, the first frame made: one of all frames where it
 * is uncompressed, one for each frame otherwise.
 * @throws AdapterError where the first frame cannot be transcoded
 * @see PS3.18 §8.7.3.3
 */
export async function transcodedPixelItems(
  stored: StoredInstance,
  { path }: Pick<BulkDataRange, 'path'>,
  selected: SelectedMediaType,
  { root, signal }: Pick<RetrieveRequest, 'root' | 'signal'>,
  backend: Backend,
): Promise<Iterable<PayloadItem>> {
  const { transferSyntax = stored.transferSyntax } = selected.available
  const target = await negotiatedTarget(stored, transferSyntax, backend)
  const frames = new TranscodedFrames(stored, target, backend, { signal })
  await frames.prepare(0)
  const contentType = contentTypeOf(selected)
  const instance = `${root}${instancePath(stored)}`
  if (isWhole(selected))
    return [{ content: nativePixels(frames), contentType, location: `${instance}/bulkdata/${path}` }]
  return eachFrame(frames, contentType, instance)
}

function* eachFrame(frames: TranscodedFrames, contentType: string, instance: string): Iterable<PayloadItem> {
  for (let place = 0; place < frames.length; place++)
    yield { content: frames.content(place), contentType, location: `${instance}/frames/${place + 1}` }
}

/** Whether a form holds all frames at once: "one Multi-Frame Image uncompressed Bulkdata representation" (§8.7.3.3). */
export function isWhole({ available: { transferSyntax = '' } }: SelectedMediaType): boolean {
  return lookupTransferSyntax(transferSyntax)?.encapsulated !== true
}
