import type { RenderParameters } from '@sansfilm/core/adapters'
import {
  alignBits,
  decodeFrameSpan,
  fragmentsRange,
  frameBlockOf,
  inflateDataSet,
  joinFragments,
  nativeFrameRange,
  type ParsedInstance,
  pixelDescriptionOf,
  readPart10,
  swapUnitOf,
  swapUnits,
} from '@sansfilm/dicom'
import { bulkDataNeeded } from '../bulk-data-needed.ts'
import type { LoadedDataset, LoadedFrame, RenderRequest } from '../render-request.ts'

/** A Part 10 object in memory, read as a server reads a stored one. */
export interface ReadInstance {
  readonly parsed: ParsedInstance
  readonly loaded: LoadedDataset
  frame(number: number): Promise<LoadedFrame>
  /** A request for frames, or `undefined` where there are none that can be described. */
  request(
    frames: readonly number[],
    mediaType: string,
    parameters?: RenderParameters,
    presentation?: LoadedDataset,
  ): Promise<RenderRequest | undefined>
}

export async function readInstance(bytes: Buffer): Promise<ReadInstance> {
  const parsed = await readPart10([bytes])
  const { dataset, transferSyntax, pixelData } = parsed
  const source = transferSyntax.deflated ? await inflated(bytes) : bytes
  const slice = (offset: number, length: number): Buffer => source.subarray(offset, offset + length)
  const inOrder = (value: Buffer, unit: number): Uint8Array =>
    transferSyntax.bigEndian ? swapUnits(value, unit) : value

  const bulkData = new Map<string, Uint8Array>()
  const needed = new Set(bulkDataNeeded(dataset))
  for (const { path, vr, offset, length } of parsed.bulkData) {
    if (needed.has(path)) bulkData.set(path, inOrder(slice(offset, length), swapUnitOf(vr, 16)))
  }

  async function frameBytes(number: number): Promise<Uint8Array> {
    if (pixelData === undefined) throw new Error('no pixel data')
    if (pixelData.encapsulated) {
      const { block, index } = frameBlockOf(number)
      const span = decodeFrameSpan(parsed.frameBlocks[block] ?? new Uint8Array(), index)
      if (span === undefined) throw new Error(`no frame ${number}`)
      const { offset, length } = fragmentsRange(span)
      const joined: Uint8Array[] = []
      for await (const piece of joinFragments(once(slice(offset, length)))) joined.push(piece)
      return Buffer.concat(joined)
    }
    const range = nativeFrameRange(pixelData, number)
    const description = pixelDescriptionOf(dataset, pixelData.tag)
    if (range === undefined || description === undefined) throw new Error(`no frame ${number}`)
    const stored = inOrder(slice(range.offset, range.length), swapUnitOf(pixelData.vr, description.bitsAllocated))
    return description.bitsAllocated === 1 ? alignBits(stored, range.bitOffset, pixelData.frameBits) : stored
  }

  const loaded = { dataset, bulkData }
  const frame = async (number: number): Promise<LoadedFrame> => ({ number, bytes: await frameBytes(number) })
  return {
    parsed,
    loaded,
    frame,
    async request(frames, mediaType, parameters = {}, presentation) {
      const description = pixelData === undefined ? undefined : pixelDescriptionOf(dataset, pixelData.tag)
      if (description === undefined) return undefined
      return {
        source: { ...loaded, transferSyntax: transferSyntax.uid, description },
        frames: await Promise.all(frames.map(frame)),
        mediaType,
        parameters,
        ...(presentation === undefined ? {} : { presentation }),
      }
    },
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

async function inflated(bytes: Buffer): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of inflateDataSet(once(bytes))) pieces.push(piece)
  return Buffer.concat(pieces)
}
