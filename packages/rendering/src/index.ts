export { bulkDataNeeded } from './bulk-data-needed.ts'
export * from './documents/index.ts'
export {
  type DocumentRequest,
  documentBulkDataNeeded,
  documentMediaTypes,
  renderDocument,
} from './render-document.ts'
export { renderFrames } from './render-frames.ts'
export type { DecodeFrame, LoadedDataset, LoadedFrame, RenderRequest } from './render-request.ts'
export { renderableMediaTypes } from './renderable-media-types.ts'
export { renderSymbol } from './symbol/render-symbol.ts'
