import { AdapterError } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import type { DecodeFrame, RenderRequest } from './render-request.ts'

/** Native samples of one frame. */
export interface DecodedFrame {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  readonly description: PixelDescription
}

/** Pixels that one request may hold at a time, over all its frames: 16,384 squared, or half a gigabyte of CT. */
export const maxPixels = 2 ** 28

/** @throws AdapterError `unsupported` where there are more pixels than are drawn; nothing is allocated before */
export function checkPixels(columns: number, rows: number, frames: number): void {
  if (columns * rows * frames <= maxPixels) return
  throw new AdapterError('unsupported', `${columns} × ${rows} pixels × ${frames} frames are too many to draw at once`)
}

/** The frames of a request as native samples, in its order. */
export async function decodeFrames(request: RenderRequest, decode: DecodeFrame): Promise<readonly DecodedFrame[]> {
  const { transferSyntax, description } = request.source
  const decoded: DecodedFrame[] = []
  for (const { number, bytes } of request.frames) {
    const frame = await decode({ transferSyntax, description, bytes })
    if (frame.description.rows !== description.rows || frame.description.columns !== description.columns) {
      throw new AdapterError('damaged', 'a frame has another size than the image')
    }
    decoded.push({ number, bytes: frame.bytes, description: frame.description })
  }
  return decoded
}
