import { AdapterError } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { completeTile, describeEdgeTile } from './edge-tile.ts'
import type { DecodeFrame, RenderRequest } from './render-request.ts'

/** Native samples of one frame. */
export interface DecodedFrame {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  readonly description: PixelDescription
}

/** The frames of a request as native samples, in its order. */
export async function decodeFrames(request: RenderRequest, decode: DecodeFrame): Promise<readonly DecodedFrame[]> {
  const { transferSyntax, description } = request.source
  const decoded: DecodedFrame[] = []
  for (const { number, bytes } of request.frames) {
    const coded = describeEdgeTile({ transferSyntax, description, bytes }, request.source.dataset)
    const frame = completeTile(await decode(coded), description)
    if (frame.description.rows !== description.rows || frame.description.columns !== description.columns) {
      throw new AdapterError('damaged', 'a frame has another size than the image')
    }
    decoded.push({ number, bytes: frame.bytes, description: frame.description })
  }
  return decoded
}
