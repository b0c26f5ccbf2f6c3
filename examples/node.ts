// The archive beside an Express application, in front of it: node examples/node.ts, then http://localhost:3000/dicom-web/studies
import { createServer } from 'node:http'
import { createDicomweb } from '@sansfilm/core'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import { toNode } from '@sansfilm/node'
import express from 'express'

const app = express().get('/', (_request, response) => void response.send('An archive'))
const dicomweb = toNode(createDicomweb({ storage: memoryStorage(), index: memoryIndex() }), { mountPath: '/dicom-web' })

const port = Number(process.env.PORT ?? 3000)
export const server = createServer((request, response) =>
  dicomweb(request, response, () => app(request, response)),
).listen(port, 'localhost')
