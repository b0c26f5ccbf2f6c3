import { decodeTile } from '@sansfilm/codecs'
import { AdapterError } from '@sansfilm/core/adapters'
import { type PixelDescription, tags } from '@sansfilm/dicom'
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
  const { transferSyntax, description, dataset } = request.source
  const isTile = dataset[tags.TotalPixelMatrixColumns] !== undefined
  const decoded: DecodedFrame[] = []
  for (const { number, bytes } of request.frames) {
    const coded = { transferSyntax, description, bytes }
    const frame = await (isTile ? decodeTile(coded, decode) : decode(coded))
    if (frame.description.rows !== description.rows || frame.description.columns !== description.columns) {
      throw new AdapterError('damaged', 'a frame has another size than the image')
    }
    decoded.push({ number, bytes: frame.bytes, description: frame.description })
  }
  return decoded
}
