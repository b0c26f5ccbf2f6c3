import type { Route } from '../router.ts'
import { deleteInstances } from './delete/index.ts'
import {
  retrieveBulkdata,
  retrieveFrames,
  retrieveInstances,
  retrieveMetadata,
  retrievePixelData,
  retrieveRendered,
  retrieveThumbnail,
} from './retrieve/index.ts'
import { searchInstances, searchSeries, searchStudies } from './search/index.ts'
import { storeInstances } from './store/index.ts'

type Row = Omit<Route, 'method' | 'transaction'>

const retrieve = (row: Row): Route => ({ method: 'GET', transaction: 'retrieve', ...row })
const search = (row: Row): Route => ({ method: 'GET', transaction: 'search', ...row })
const store = (row: Row): Route => ({ method: 'POST', transaction: 'store', ...row })
const remove = (row: Row): Route => ({ method: 'DELETE', transaction: 'delete', ...row })

const study = '/studies/{study}'
const series = `${study}/series/{series}`
const instance = `${series}/instances/{instance}`
const frames = `${instance}/frames/{frames}`

/**
 * Every resource of the Studies Service. All stand below `/partitions/{partition}` too.
 * @see PS3.18 §10.4.1.1, Tables 10.4.1-1 to 10.4.1.6-1; §10.5.1.1, Table 10.5.1-1; §10.6.1.1, Table 10.6.1-1
 */
// biome-ignore format: a table, one row a line
export const studiesServiceRoutes: readonly Route[] = [
  store({ resource: 'Studies', template: '/studies', category: 'instances', run: storeInstances, section: '10.5' }),
  store({ resource: 'Study', template: study, category: 'instances', run: storeInstances, section: '10.5' }),

  search({ resource: 'All Studies', template: '/studies', category: 'search', run: searchStudies, section: '10.6' }),
  search({ resource: "Study's Series", template: `${study}/series`, category: 'search', run: searchSeries, section: '10.6' }),
  search({ resource: "Study's Instances", template: `${study}/instances`, category: 'search', run: searchInstances, section: '10.6' }),
  search({ resource: 'All Series', template: '/series', category: 'search', run: searchSeries, section: '10.6' }),
  search({ resource: "Study's Series' Instances", template: `${series}/instances`, category: 'search', run: searchInstances, section: '10.6' }),
  search({ resource: 'All Instances', template: '/instances', category: 'search', run: searchInstances, section: '10.6' }),

  retrieve({ resource: 'Study Instances', template: study, category: 'instances', run: retrieveInstances, section: '10.4.1.1.1' }),
  retrieve({ resource: 'Series Instances', template: series, category: 'instances', run: retrieveInstances, section: '10.4.1.1.1' }),
  retrieve({ resource: 'Instance', template: instance, category: 'instances', run: retrieveInstances, section: '10.4.1.1.1' }),

  retrieve({ resource: 'Study Metadata', template: `${study}/metadata`, category: 'metadata', run: retrieveMetadata, section: '10.4.1.1.2' }),
  retrieve({ resource: 'Series Metadata', template: `${series}/metadata`, category: 'metadata', run: retrieveMetadata, section: '10.4.1.1.2' }),
  retrieve({ resource: 'Instance Metadata', template: `${instance}/metadata`, category: 'metadata', run: retrieveMetadata, section: '10.4.1.1.2' }),

  retrieve({ resource: 'Rendered Study', template: `${study}/rendered`, category: 'rendered', run: retrieveRendered, section: '10.4.1.1.3' }),
  retrieve({ resource: 'Rendered Series', template: `${series}/rendered`, category: 'rendered', run: retrieveRendered, section: '10.4.1.1.3' }),
  retrieve({ resource: 'Rendered Instance', template: `${instance}/rendered`, category: 'rendered', run: retrieveRendered, section: '10.4.1.1.3' }),
  retrieve({ resource: 'Rendered Frames', template: `${frames}/rendered`, category: 'rendered', run: retrieveRendered, section: '10.4.1.1.3' }),

  retrieve({ resource: 'Study Thumbnail', template: `${study}/thumbnail`, category: 'thumbnail', run: retrieveThumbnail, section: '10.4.1.1.4' }),
  retrieve({ resource: 'Series Thumbnail', template: `${series}/thumbnail`, category: 'thumbnail', run: retrieveThumbnail, section: '10.4.1.1.4' }),
  retrieve({ resource: 'Instance Thumbnail', template: `${instance}/thumbnail`, category: 'thumbnail', run: retrieveThumbnail, section: '10.4.1.1.4' }),
  retrieve({ resource: 'Frame Thumbnail', template: `${frames}/thumbnail`, category: 'thumbnail', run: retrieveThumbnail, section: '10.4.1.1.4' }),

  retrieve({ resource: 'Study Bulkdata', template: `${study}/bulkdata`, category: 'bulkdata', run: retrieveBulkdata, section: '10.4.1.1.5' }),
  retrieve({ resource: 'Series Bulkdata', template: `${series}/bulkdata`, category: 'bulkdata', run: retrieveBulkdata, section: '10.4.1.1.5' }),
  retrieve({ resource: 'Instance Bulkdata', template: `${instance}/bulkdata`, category: 'bulkdata', run: retrieveBulkdata, section: '10.4.1.1.5' }),
  // {bulkdataURI} of Table 10.4.1.5-1, in the form that our metadata names.
  retrieve({ resource: 'Bulkdata', template: `${instance}/bulkdata/{+bulkdata}`, category: 'bulkdata', run: retrieveBulkdata, section: '10.4.1.1.5' }),

  retrieve({ resource: 'Study Pixel Data', template: `${study}/pixeldata`, category: 'pixeldata', run: retrievePixelData, section: '10.4.1.1.6' }),
  retrieve({ resource: 'Series Pixel Data', template: `${series}/pixeldata`, category: 'pixeldata', run: retrievePixelData, section: '10.4.1.1.6' }),
  retrieve({ resource: 'Instance Pixel Data', template: `${instance}/pixeldata`, category: 'pixeldata', run: retrievePixelData, section: '10.4.1.1.6' }),
  retrieve({ resource: 'Frame Pixel Data', template: frames, category: 'pixeldata', run: retrieveFrames, section: '10.4.1.1.6' }),

  // Deletion is not in PS3.18.
  remove({ resource: 'Study', template: study, category: 'instances', run: deleteInstances }),
  remove({ resource: 'Series', template: series, category: 'instances', run: deleteInstances }),
  remove({ resource: 'Instance', template: instance, category: 'instances', run: deleteInstances }),
]
