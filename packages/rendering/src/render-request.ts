import type { CodedFrame, RenderParameters } from '@sansfilm/core/adapters'
import type { Dataset, PixelDescription, Uid } from '@sansfilm/dicom'

/** A data set with the longer values that are needed of it; can be posted to another thread. */
export interface LoadedDataset {
  readonly dataset: Dataset
  /** Values that `dataset` has as BulkDataURI, in little endian order, by their path; those of `bulkDataNeeded` suffice. */
  readonly bulkData: ReadonlyMap<string, Uint8Array>
}

/** One frame of an instance, in the form of `CodedFrame.bytes`. */
export interface LoadedFrame {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
}

/** Frames to be drawn, with everything that is read for it; can be posted to another thread. */
export interface RenderRequest {
  readonly source: LoadedDataset & {
    readonly transferSyntax: Uid
    /** How the frames are described by the data set. */
    readonly description: PixelDescription
  }
  /** At least one; several make an animation. */
  readonly frames: readonly LoadedFrame[]
  /** One of `renderableMediaTypes`. */
  readonly mediaType: string
  readonly parameters: RenderParameters
  /** A presentation state whose references name the instance. */
  readonly presentation?: LoadedDataset
}

/**
 * Turns a frame into native samples in little endian order, and describes what they are.
 * @throws AdapterError `unsupported`, `damaged`
 */
export type DecodeFrame = (frame: CodedFrame) => Promise<CodedFrame>
