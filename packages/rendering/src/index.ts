export type { LoadedDataset, LoadedFrame, RenderRequest } from './render-request.ts'
