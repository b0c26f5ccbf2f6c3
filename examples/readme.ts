// The code of README.md, for the type check; guides.test.ts holds the two together.

import { createDicomweb } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import express from 'express'

const dicomweb = createDicomweb({ storage: memoryStorage(), index: memoryIndex() })

express().use('/dicom-web', toExpress(dicomweb)).listen(8042)
