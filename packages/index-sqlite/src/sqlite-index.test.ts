import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FaultyMedium, indexFaults, instanceIndexContract, recordOf } from '@sansfilm/adapter-contracts'
import { describeContract, describeFaults } from '@sansfilm/adapter-contracts/jest'
import type { InstanceIndex } from '@sansfilm/core/adapters'
import { sqliteIndex } from './sqlite-index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sansfilm-index-'))
let files = 0

describeContract('sqliteIndex', instanceIndexContract, () => sqliteIndex({ file: join(folder, `${++files}.db`) }))

const noConnection = 'the database is part of the process'
describeFaults('sqliteIndex', indexFaults, openFullDatabase, {
  'slow read': 'SQLite reads its file within a call, and the process waits',
  'torn write': 'SQLite writes its own files; durability.test.ts kills the process that does',
  'lost connection': noConnection,
  'busy store': noConnection,
})

/** A database whose limit is reached, as the fault: another partition takes all that is left. */
function openFullDatabase(): FaultyMedium<InstanceIndex> {
  const options = { file: join(folder, `${++files}.db`), maxBytes: 600_000 }
  const index = sqliteIndex(options)
  let fillers = 0
  let isFull = false
  const fill = async () => {
    for (;;) {
      await index.add(recordOf({ partition: 'filler', study: fillers + 1, frames: 1024 }), 'refuse')
      fillers++
    }
  }
  return {
    adapter: index,
    async inject(_, step) {
      // A change meets the limit once.
      isFull = step === 1
      if (isFull) await fill().catch(() => undefined)
    },
    hasMet: () => isFull,
    async heal() {
      for (; fillers > 0; fillers--) {
        await index.remove({ partition: 'filler', study: recordOf({ study: fillers }).study })
      }
    },
    reopen: () => sqliteIndex(options),
    close: () => index.close(),
  }
}
