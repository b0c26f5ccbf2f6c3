import { decodableSyntaxes, describeTranscoded, encodableSyntaxes } from '@sansfilm/codecs/describe'
import {
  AdapterError,
  type PictureReader,
  type Renderer,
  type RenderSource,
  type Transcoder,
} from '@sansfilm/core/adapters'
import { type Dataset, itemsOf, pixelDescriptionOf, tags } from '@sansfilm/dicom'
import type { DocumentRequest, LoadedDataset, RenderRequest } from '@sansfilm/rendering'
import {
  bulkDataNeeded,
  documentBulkDataNeeded,
  documentMediaTypes,
  renderableMediaTypes,
} from '@sansfilm/rendering/describe'
import type { Task, TaskResult } from './task.ts'
import { createWorkerPool, type TaskMemory, type WorkerPoolOptions, type WorkerPoolState } from './worker-pool.ts'

/** A transcoder, a renderer and a reader of pictures that share their threads. */
export interface PixelWorkers {
  readonly transcoder: Transcoder
  readonly renderer: Renderer
  readonly pictureReader: PictureReader
  /** How much there is to do now: for metrics. */
  state(): WorkerPoolState
  /** Ends the threads, and with them what they still work on. */
  close(): Promise<void>
}

/** Raised whenever the same request may give other bytes than before. */
const version = '2'

/**
 * Decodes, encodes and draws in worker threads, so that the event loop is free to serve.
 * @example
 * const { transcoder, renderer } = createPixelWorkers()
 * const dicomweb = createDicomweb({ storage, index, transcoder, renderer })
 */
export function createPixelWorkers(options: WorkerPoolOptions = {}): PixelWorkers {
  const pool = createWorkerPool(options)
  return {
    transcoder: {
      version,
      decodes: decodableSyntaxes,
      encodes: encodableSyntaxes,
      describe: describeTranscoded,
      async transcode(frame, target, { signal, ...options } = {}) {
        const prepare = async (memory: TaskMemory): Promise<Task> => {
          const bytes = memory(frame.bytes.length)
          bytes.set(frame.bytes)
          return { kind: 'transcode', frame: { ...frame, bytes }, target, ...options }
        }
        return codedFrameOf(await pool.prepareAndRun(prepare, signal))
      },
    },
    renderer: {
      version,
      mediaTypesOf: (source, frames) =>
        source.layout === undefined ? documentMediaTypes(source.dataset) : renderableMediaTypes(source, frames),
      async render({ source, frames, mediaType, parameters, presentation, signal }) {
        if (frames.length === 0) {
          const prepare = async (): Promise<Task> => {
            const request: DocumentRequest = { ...(await loadDocument(source)), mediaType, parameters }
            return { kind: 'document', request }
          }
          return renderingOf(await pool.prepareAndRun(prepare, signal))
        }
        const prepare = async (memory: TaskMemory): Promise<Task> => {
          const request: RenderRequest = {
            source: await loadSource(source, frames),
            frames: await loadFrames(source, frames, memory),
            mediaType,
            parameters,
            ...(presentation !== undefined && { presentation: await loadImage(presentation) }),
          }
          return { kind: 'render', request }
        }
        return renderingOf(await pool.prepareAndRun(prepare, signal))
      },
      async symbol({ dataset, mediaType, viewport, signal }) {
        const task = { kind: 'symbol', dataset: kindOf(dataset), mediaType, viewport } as const
        return renderingOf(await pool.run(task, signal))
      },
    },
    pictureReader: {
      mediaTypes: new Set(['image/png', 'image/gif']),
      read: async (picture, { maxBytes }) =>
        pictureOf(await pool.run({ kind: 'picture', request: { picture, maxBytes } })),
    },
    state: () => pool.state(),
    close: () => pool.close(),
  }
}

async function loadSource(source: RenderSource, frames: readonly number[]): Promise<RenderRequest['source']> {
  const description = pixelDescriptionOf(source.dataset, source.layout?.tag)
  if (description === undefined) throw new AdapterError('damaged', 'The image does not say how its pixels lie')
  const dataset = withFunctionalGroupsOf(source.dataset, frames)
  return { ...(await loadImage({ ...source, dataset })), transferSyntax: source.transferSyntax, description }
}

/** Native samples lie in memory that the thread sees as well. Codestreams are short, and codecs want them in their own. */
function loadFrames(
  source: RenderSource,
  frames: readonly number[],
  memory: TaskMemory,
): Promise<RenderRequest['frames']> {
  const place = source.layout?.encapsulated === false ? memory : undefined
  return Promise.all(frames.map(async (number) => ({ number, bytes: await source.frame(number, place) })))
}

async function loadImage({ dataset, bulkData }: Pick<RenderSource, 'dataset' | 'bulkData'>): Promise<LoadedDataset> {
  return { dataset, bulkData: await loadBulkData(bulkDataNeeded(dataset), bulkData) }
}

async function loadDocument({ dataset, bulkData }: RenderSource): Promise<LoadedDataset> {
  return { dataset, bulkData: await loadBulkData(documentBulkDataNeeded(dataset), bulkData) }
}

async function loadBulkData(
  paths: readonly string[],
  bulkData: RenderSource['bulkData'],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const loaded = new Map<string, Uint8Array>()
  for (const path of paths) {
    const bytes = await bulkData(path)
    if (bytes !== undefined) loaded.set(path, bytes)
  }
  return loaded
}

/** The functional groups of other frames are left empty: a data set of 5,000 frames costs more to post than to draw. */
function withFunctionalGroupsOf(dataset: Dataset, frames: readonly number[]): Dataset {
  const tag = tags.PerFrameFunctionalGroupsSequence
  if (dataset[tag] === undefined) return dataset
  const wanted = new Set(frames)
  const Value = itemsOf(dataset, tag).map((item, i) => (wanted.has(i + 1) ? item : {}))
  return { ...dataset, [tag]: { vr: 'SQ', Value } }
}

/** All that a symbol tells: nothing of the patient leaves for it. */
function kindOf(dataset: Dataset): Dataset {
  const kept = [tags.SOPClassUID, tags.Modality].flatMap((tag) =>
    dataset[tag] === undefined ? [] : [[tag, dataset[tag]] as const],
  )
  return Object.fromEntries(kept)
}

function codedFrameOf(result: TaskResult) {
  if ('transferSyntax' in result) return result
  throw new Error('A worker answered with another result than a frame')
}

function pictureOf(result: TaskResult) {
  if ('frames' in result) return result
  throw new Error('A worker answered with another result than a picture')
}

function renderingOf(result: TaskResult) {
  if ('mediaType' in result) return result
  throw new Error('A worker answered with another result than a rendering')
}
