// A DICOMweb archive in whatever speaks Fetch, here Hono on Node: node examples/hono.ts
import { serve } from '@hono/node-server'
import { createDicomweb, toFetch } from '@sansfilm/core'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import { Hono } from 'hono'

const dicomweb = createDicomweb({ storage: memoryStorage(), index: memoryIndex() })
const handle = toFetch(dicomweb, { mountPath: '/dicom-web' })

const app = new Hono().all('/dicom-web/*', (context) => handle(context.req.raw))

const port = Number(process.env.PORT ?? 3000)
export const server = serve({ fetch: app.fetch, port, hostname: 'localhost' })
