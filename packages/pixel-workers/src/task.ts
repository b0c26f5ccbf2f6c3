import type { AdapterErrorCode, CodedFrame, Picture, Rendering, Viewport } from '@sansfilm/core/adapters'
import type { Dataset, Uid } from '@sansfilm/dicom'
import type { DocumentRequest, RenderRequest } from '@sansfilm/rendering'
import type { PictureRequest } from './read-picture.ts'

/** What a worker is asked to do; everything in it can be posted to another thread. */
export type Task =
  | {
      readonly kind: 'transcode'
      readonly frame: CodedFrame
      readonly target: Uid
      readonly quality?: number
      readonly isTile?: boolean
    }
  | { readonly kind: 'picture'; readonly request: PictureRequest }
  | { readonly kind: 'render'; readonly request: RenderRequest }
  | { readonly kind: 'document'; readonly request: DocumentRequest }
  | { readonly kind: 'symbol'; readonly dataset: Dataset; readonly mediaType: string; readonly viewport: Viewport }

/** What a task gives. */
export type TaskResult = CodedFrame | Picture | Rendering

/** How a task ended. Errors lose their class between threads, so what is foreseen comes as data. */
export type Outcome =
  | { readonly result: TaskResult }
  | { readonly failure: { readonly code: AdapterErrorCode; readonly message: string } }
