import { expect, test } from '@jest/globals'
import { collect } from '../../test/support/collect.ts'
import { gatherFiles } from './gather-files.ts'
import type { MeasuredFile } from './source-file.ts'

async function* files(...lengths: number[]) {
  for (const length of lengths) yield { name: String(length), length } as MeasuredFile // nothing else is looked at
}
const limits = { longestFile: 10, bytes: 20, files: 3 }
const gather = async (...lengths: number[]) =>
  (await collect(gatherFiles(files(...lengths), limits))).map((batch) => batch.map(({ length }) => length))

test('puts small files together up to so many bytes and so many files', async () => {
  expect(await gather(10, 10, 1, 1, 1, 1)).toEqual([[10, 10], [1, 1, 1], [1]])
})

test('long files go alone, and nothing is left behind', async () => {
  expect(await gather(1, 11, 2, 1000)).toEqual([[11], [1000], [1, 2]])
  expect(await gather()).toEqual([])
})
