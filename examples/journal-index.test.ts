import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { journalIndex } from './journal-index.ts'

const directory = mkdtempSync(join(tmpdir(), 'sansfilm-journal-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
const newFile = () => join(directory, `${files++}.journal`)

describeContract('journalIndex', instanceIndexContract, () => journalIndex({ file: newFile() }))

test('what was added is there after a crash in the middle of the next change', async () => {
  const file = newFile()
  const extra = { study: [], series: [], instance: [] }
  const first = await journalIndex({ file })
  await first.setExtraAttributes(extra)
  await first.close()
  appendFileSync(file, Buffer.from([200, 0, 0, 0, 1, 2, 3]))
  for (let round = 0; round < 2; round++) {
    const again = await journalIndex({ file })
    expect(await again.extraAttributes()).toEqual(extra)
    await again.close()
  }
})
