// `sansfilm compact` without a grace, for tests: merges what came before it began. Says `begun`, and each step after it.
import { compact } from '@sansfilm/core'
import { withMaintenanceLock } from '@sansfilm/index-postgres'
import { parseIndex } from '../../src/index-setting.ts'
import { openService } from './open-service.ts'

const { SANSFILM_INDEX = '', SANSFILM_STORAGE = '' } = process.env
const setting = parseIndex(SANSFILM_INDEX)
if (setting.kind !== 'postgres') throw new Error('No index that servers share')
const { dicomweb, close } = await openService({ env: { SANSFILM_INDEX, SANSFILM_STORAGE } }, {})
try {
  await withMaintenanceLock(setting.options, async (signal) => {
    console.log('begun')
    await compact(dicomweb.backend, {
      graceMs: 0,
      signal,
      onProgress: ({ packs, series, moved }) => console.log(`packs ${packs} series ${series} moved ${moved}`),
    })
  })
} finally {
  await close()
}
