import {
  encapsulate,
  lookupTransferSyntax,
  Part10Error,
  type PixelDataLayout,
  rewritePart10,
  type Uid,
  type VR,
} from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import { AdapterError, type StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { bytesContent, type Content, concatContent, measured, readAll, sliceContent } from '../../../http/content.ts'
import { convertedContent } from '../converted-content.ts'
import { inflatedContent, storedContent } from '../stored-content.ts'
import { within } from '../within.ts'
import { newIcons } from './icons.ts'
import { imageFactsOf } from './image-facts.ts'
import { newAttributes } from './new-attributes.ts'
import { encapsulatedValue, nativeValue } from './pixel-value.ts'
import type { PixelTarget } from './target.ts'
import { identityOf, negotiatedTarget, TranscodedFrames } from './transcoded-frames.ts'

/** What was found out of a transcoded instance. */
interface Measures {
  /** Bytes before the pixel data's value, and after it. */
  readonly before: number
  readonly after: number
  /** Of each frame, where they are encapsulated. */
  readonly frames: readonly number[]
}

/** By everything the bytes depend on. Entries count by their frames. */
const known = new LRUCache<string, Measures>({ maxSize: 1_000_000, sizeCalculation: ({ frames }) => frames.length + 1 })

/**
 * The Part 10 object of an instance whose pixel data is taken to another transfer syntax. Its length is known before the pixels
 * of native frames are; encapsulated ones are made first, each by itself. Frames are read from where they are kept, or made
 * again, so that no more than a few are in memory.
 * @param signal aborts when the client has gone
 * @throws AdapterError when it is read or measured: `damaged`, `unsupported`, `unavailable`; before the first byte where the image is short, or its first frame tells
 * @see PS3.18 §8.7.3.4, PS3.10 §7
 */
export function transcodedContent(
  stored: StoredInstance,
  transferSyntax: Uid,
  backend: Backend,
  signal: AbortSignal | undefined,
): Content {
  let preparing: Promise<Content & { readonly length: number }> | undefined
  const prepared = () => {
    preparing ??= prepare(stored, transferSyntax, backend, signal).catch(cannotBeRewritten)
    return preparing
  }
  return {
    length: undefined,
    measure: async () => (await prepared()).length,
    read: async (range) => (await prepared()).read(range),
  }
}

/** An object that was taken as it came may break a rule that only rewriting it meets. */
function cannotBeRewritten(error: unknown): never {
  if (!(error instanceof Part10Error)) throw error
  throw new AdapterError('damaged', `The object cannot be rewritten: ${error.message}`, { cause: error })
}

async function prepare(
  stored: StoredInstance,
  transferSyntax: Uid,
  backend: Backend,
  signal: AbortSignal | undefined,
): Promise<Content & { readonly length: number }> {
  const facts = await imageFactsOf(stored, backend)
  const icons = await newIcons(stored, backend, signal)
  const { layout } = facts
  if (layout === undefined) return measured(convertedContent(stored, transferSyntax, backend, icons.all))
  const target = await negotiatedTarget(stored, transferSyntax, backend)
  const frames = new TranscodedFrames(stored, target, backend, { signal })
  const version = backend.transcoder?.version ?? ''
  const key = JSON.stringify([...identityOf(stored, target, version), transferSyntax, Object.keys(icons.replaced)])
  const before = known.get(key)
  if (before === undefined) await makeAhead(frames, target)
  const lengths = before?.frames ?? (target.frameBits === undefined ? await lengthsOf(frames) : [])
  const encapsulation = encapsulate(lengths)
  const value = target.frameBits === undefined ? encapsulatedValue(frames, lengths, encapsulation) : nativeValue(frames)
  const encodedLength = lengths.reduce((sum, length) => sum + length, 0)
  const attributes = newAttributes(stored, facts, target, encodedLength, version)
  const rewriteAround = (bytes: Iterable<Uint8Array>): AsyncIterable<Uint8Array> =>
    rewritePart10(aroundPixelData(stored, layout, backend), {
      ...attributes,
      transferSyntax: target.transferSyntax,
      replaced: { ...attributes.replaced, ...encapsulation.attributes, ...icons.replaced },
      removed: new Set([...attributes.removed, ...icons.removed]),
      pixelData: { vr: vrOf(target), source: { length: value.length, bytes } },
    })
  const measures = before ?? { ...(await measureAround(rewriteAround)), frames: lengths }
  known.set(key, measures)
  const length = measures.before + measures.after
  const around: Content = {
    length,
    read: async (range = { offset: 0, length }) => within(rewriteAround([]), range),
  }
  return {
    ...concatContent([
      sliceContent(around, { offset: 0, length: measures.before }),
      value,
      sliceContent(around, { offset: measures.before, length: measures.after }),
    ]),
    length: length + value.length,
  }
}

/** Native frames of so many bytes are all made before anything is sent: what was made is kept, so that it costs a wait alone. */
const maxMadeAhead = 32 * 1024 * 1024

/**
 * What cannot be decoded is to show while the answer can still say so: at any frame of a short image, at the first of a long
 * one, whose first byte does not wait for the last frame.
 */
async function makeAhead(frames: TranscodedFrames, { frameBits }: PixelTarget): Promise<void> {
  const isShort = frameBits !== undefined && (frames.length * frameBits) / 8 <= maxMadeAhead
  for (let place = 0; place < (isShort ? frames.length : 1); place++) await frames.prepare(place)
}

/** In order, so that those that come next are made meanwhile. */
async function lengthsOf(frames: TranscodedFrames): Promise<readonly number[]> {
  const lengths: number[] = []
  for (let place = 0; place < frames.length; place++) lengths.push((await frames.frame(place)).length)
  return lengths
}

/** Bytes that come before the value of the pixel data, which is pulled when they are there, and after it. */
async function measureAround(
  rewriteAround: (bytes: Iterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): Promise<Pick<Measures, 'before' | 'after'>> {
  let passed = 0
  let before = 0
  const nothing: Iterable<Uint8Array> = {
    [Symbol.iterator]() {
      before = passed
      return [][Symbol.iterator]()
    },
  }
  for await (const chunk of rewriteAround(nothing)) passed += chunk.length
  return { before, after: passed - before }
}

/** The object with nothing in its pixel data. What comes after may be foreign, which the element before tells. */
function aroundPixelData(
  stored: StoredInstance,
  { offset, length, encapsulated }: PixelDataLayout,
  { storage }: Backend,
): AsyncIterable<Uint8Array> {
  const { inflated, location, transferSyntax } = stored
  if (lookupTransferSyntax(transferSyntax)?.deflated === true && inflated === undefined)
    throw new AdapterError('unavailable', 'A deflated instance of an older version is not inflated yet')
  const object = inflated === undefined ? storedContent(storage, location) : inflatedContent(storage, inflated)
  const end = object.length ?? 0
  const after = sliceContent(object, { offset: offset + length, length: end - offset - length })
  // Native: the length is the last of a header, four bytes in every form that pixel data has (PS3.5 §7.1).
  const header = encapsulated
    ? [sliceContent(object, { offset: 0, length: offset })]
    : [sliceContent(object, { offset: 0, length: offset - 4 }), bytesContent(Buffer.alloc(4))]
  return readAll([...header, after])
}

/** PS3.5 §A.2 and §A.4. */
function vrOf({ transferSyntax, description }: PixelTarget): VR {
  return transferSyntax.encapsulated || description.bitsAllocated <= 8 ? 'OB' : 'OW'
}
