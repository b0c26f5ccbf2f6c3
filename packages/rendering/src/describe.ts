// What is asked before anything is drawn, without the libraries that draw: for whoever draws in another thread.
export { bulkDataNeeded } from './bulk-data-needed.ts'
export { documentBulkDataNeeded, documentMediaTypes } from './describe-document.ts'
export { renderableMediaTypes } from './renderable-media-types.ts'
