export { bulkDataNeeded } from './bulk-data-needed.ts'
export { renderFrames } from './render-frames.ts'
export type { DecodeFrame, LoadedDataset, LoadedFrame, RenderRequest } from './render-request.ts'
export { renderableMediaTypes } from './renderable-media-types.ts'
