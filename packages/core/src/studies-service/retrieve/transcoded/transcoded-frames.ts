import type { KeptBytes, StoredInstance } from '../../../adapters/index.ts'
import { AdapterError } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import type { Identity } from '../../../derivations.ts'
import { type Content, measured } from '../../../http/content.ts'
import { assertUnchanged } from '../access.ts'
import { frameContent } from '../frame-content.ts'
import { lookUpFrames } from '../frame-source.ts'
import { readWhole } from '../whole-content.ts'
import { rememberFailure } from './failures.ts'
import { imageFactsOf } from './image-facts.ts'
import { bitsOf, type PixelTarget, pixelTargetOf } from './target.ts'

/** Frames that are made before they are asked for, so that more than one thread works for a reader. */
const maxAhead = 3

/** Longest frame that is read, as it is stored. What it decodes to is bounded by the codecs, before they begin. */
const maxFrameBytes = 512 * 1024 * 1024

/** Bytes of native samples that may be made ahead. */
const maxBytesAhead = 64 * 1024 * 1024

/** Everything the bytes of a transcoded frame depend on, but for its number. */
export function identityOf(stored: StoredInstance, target: PixelTarget, version: string): Identity {
  return ['transcoded', stored.digest, target.frameSyntax, version]
}

/**
 * Frames of one instance in another transfer syntax: each decoded by itself, taken from the cache where it is kept, and made
 * once however many ask.
 */
export class TranscodedFrames {
  readonly target: PixelTarget
  readonly #stored: StoredInstance
  readonly #numbers: readonly number[] | undefined
  readonly #backend: Backend
  readonly #signal: AbortSignal | undefined
  readonly #ahead: number
  /** By place; only from the one that was asked for last. */
  readonly #made = new Map<number, Promise<Uint8Array>>()

  /**
   * @param numbers of the frames, from 1, in the order in which they will be asked for; all of the instance where absent
   * @param signal aborts when nobody waits for them any more
   */
  constructor(
    stored: StoredInstance,
    target: PixelTarget,
    backend: Backend,
    { numbers, signal }: { readonly numbers?: readonly number[]; readonly signal?: AbortSignal | undefined } = {},
  ) {
    this.target = target
    this.#stored = stored
    this.#numbers = numbers
    this.#backend = backend
    this.#signal = signal
    this.#ahead = Math.min(maxAhead, Math.floor(maxBytesAhead / (bitsOf(target.description) / 8)))
  }

  get length(): number {
    return this.#numbers?.length ?? this.target.frames
  }

  /**
   * The frame at a place, from 0, and those that come next begun.
   * @throws AdapterError `unsupported`, `damaged`, `unavailable`
   */
  frame(place: number): Promise<Uint8Array> {
    for (const other of this.#made.keys()) if (other < place || other > place + this.#ahead) this.#made.delete(other)
    const asked = this.#begin(place)
    for (let next = place + 1; next <= place + this.#ahead && next < this.length; next++) this.#begin(next)
    return asked
  }

  /**
   * Finds out whether the frame at a place can be had: what cannot be decoded shows here, before anything is sent.
   * @throws AdapterError as `frame`
   */
  async prepare(place: number): Promise<void> {
    if ((await this.#findKept(place)) === undefined) await this.frame(place)
  }

  /** The frame at a place when it is read. */
  content(place: number): Content {
    const { frameBits } = this.target
    return {
      length: frameBits === undefined ? undefined : Math.ceil(frameBits / 8),
      measure: async () => ((await this.#findKept(place)) ?? (await this.frame(place))).length,
      read: async (range) => {
        const kept = await (await this.#findKept(place))?.read(range)
        if (kept !== undefined) return kept
        const bytes = await this.frame(place)
        return range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length)
      },
    }
  }

  /** A long frame that is kept, and was not made or read for this reader. */
  async #findKept(place: number): Promise<KeptBytes | undefined> {
    if (this.#made.has(place)) return undefined
    return this.#backend.derivations.find(frameIdentity(this.#stored, this.#frameAt(place), this.target, this.#backend))
  }

  #frameAt(place: number): number {
    return this.#numbers?.[place] ?? place + 1
  }

  #begin(place: number): Promise<Uint8Array> {
    const begun = this.#made.get(place)
    if (begun !== undefined) return begun
    const making = frameOf(this.#stored, this.#frameAt(place), this.target, this.#backend, this.#signal)
    // Whoever asks for it sees the failure; and may try again, since it can be that too much work waited.
    making.catch((error) => {
      this.#made.delete(place)
      rememberFailure(this.#stored, this.target.frameSyntax, error)
    })
    this.#made.set(place, making)
    return making
  }
}

function frameIdentity(stored: StoredInstance, frame: number, target: PixelTarget, { transcoder }: Backend): Identity {
  return [...identityOf(stored, target, transcoder?.version ?? ''), String(frame)]
}

/** One frame, from what is kept or made now. */
function frameOf(
  stored: StoredInstance,
  frame: number,
  target: PixelTarget,
  backend: Backend,
  wanted: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { transcoder } = backend
  if (transcoder === undefined) throw new Error('Frames are transcoded without a transcoder')
  return backend.derivations.get(
    frameIdentity(stored, frame, target, backend),
    async (signal) => {
      const { description, isTiled } = await imageFactsOf(stored, backend)
      if (description === undefined) throw new Error('Frames without a description are transcoded')
      const source = await lookUpFrames(stored, [frame], backend)
      assertUnchanged(source.stored, stored)
      const content = await measured(frameContent(source, frame))
      if (content.length > maxFrameBytes)
        throw new AdapterError('unsupported', `A frame of ${content.length} bytes is longer than what is transcoded`)
      const bytes = await readWhole(await content.read(), content.length)
      const coded = { transferSyntax: stored.transferSyntax, description, bytes }
      const made = (await transcoder.transcode(coded, target.frameSyntax, { signal, isTile: isTiled })).bytes
      if (made.buffer !== bytes.buffer) backend.storage.reuse?.(bytes)
      const { frameBits } = target
      if (frameBits !== undefined && made.length !== Math.ceil(frameBits / 8))
        throw new AdapterError('damaged', 'A frame has another number of bytes than its description tells')
      return made
    },
    wanted,
  )
}

/** The target of an instance that was negotiated for it. */
export async function negotiatedTarget(
  stored: StoredInstance,
  transferSyntax: string,
  backend: Backend,
): Promise<PixelTarget> {
  const { transcoder } = backend
  const target = transcoder && pixelTargetOf(stored, await imageFactsOf(stored, backend), transferSyntax, transcoder)
  if (target === undefined)
    throw new AdapterError('unsupported', `No codec takes it to transfer syntax ${transferSyntax}`)
  return target
}
