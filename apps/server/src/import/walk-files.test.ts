import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { collect } from '../../test/support/collect.ts'
import { walkFiles } from './walk-files.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  await mkdir(join(folder, 'a/b'), { recursive: true })
  await writeFile(join(folder, 'a/b/file'), 'four')
  await symlink(folder, join(folder, 'a/b/circle'))
  await symlink(join(folder, 'a'), join(folder, 'second-way'))
  await symlink(join(folder, 'nowhere'), join(folder, 'broken'))
})
afterAll(() => rm(folder, { recursive: true }))

test('finds each file once though links go in circles, and names what leads nowhere', async () => {
  const found = await collect(walkFiles([folder]))
  const files = found.filter((one) => 'bytes' in one)
  expect(files).toEqual([{ path: expect.stringMatching(/b.file$/), bytes: 4 }])
  const problems = found.filter((one) => 'problem' in one)
  expect(problems.map(({ path, problem }) => [relative(folder, path), problem])).toEqual([['broken', 'Not found']])
})

test('takes single files', async () => {
  const path = join(folder, 'a/b/file')
  expect(await collect(walkFiles([path]))).toEqual([{ path, bytes: 4 }])
})
