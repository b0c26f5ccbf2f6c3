// A DICOMweb archive in an Express application: node examples/express.ts, then http://localhost:3000/dicom-web/studies
import { createDicomweb } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import express from 'express'

const app = express()
app.use('/dicom-web', toExpress(createDicomweb({ storage: memoryStorage(), index: memoryIndex() })))

const port = Number(process.env.PORT ?? 3000)
export const server = app.listen(port, 'localhost')
