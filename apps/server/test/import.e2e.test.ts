import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { runCommand, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'
import { zipBytes } from './support/zip-bytes.ts'

jest.setTimeout(60_000)

let folder: string
let data: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  data = join(folder, 'data')
  await mkdir(join(folder, 'good/deep'), { recursive: true })
  await mkdir(join(folder, 'bad'))
  await writeFile(join(folder, 'good/1.dcm'), tinyInstance())
  await writeFile(join(folder, 'good/deep/2'), tinyInstance({ pixels: 1_000_000 }))
  await writeFile(join(folder, 'good/DICOMDIR'), 'x')
  await writeFile(join(folder, 'good/disc.zip'), await zipBytes({ 'a/3': tinyInstance(), '4': tinyInstance() }))
  await writeFile(join(folder, 'bad/letter.pdf'), '%PDF-1.7')
  await writeFile(join(folder, 'bad/empty'), '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('stores folders, files and zips in a data folder, and finds them stored when it is run again', async () => {
  const first = await runCommand(['import', join(folder, 'good'), '--data', data])
  expect(first).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('4 stored, 0 already stored, 0 refused, 1 skipped'),
  })
  const again = await runCommand(['import', join(folder, 'good'), '--data', data])
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('0 stored, 4 already stored, 0 refused') })
})

test('ends with 1 and a table where something was refused', async () => {
  const { status, stdout } = await runCommand(['import', join(folder, 'bad'), join(folder, 'nowhere'), '--data', data])
  expect(status).toBe(1)
  expect(stdout).toMatch(/Refused {2}Reason\n/)
  expect(stdout).toMatch(/1 {2}Not a DICOM file: this is a PDF document\n +.*letter\.pdf\n/)
  expect(stdout).toMatch(/1 {2}Not found\n +.*nowhere\n/)
  expect(stdout).toContain('0 stored, 0 already stored, 3 refused, 0 skipped')
})

test('stores in a running server', async () => {
  const server = await startServer()
  try {
    const to = ['--to', `${server.origin}/dicom-web`]
    const first = await runCommand(['import', join(folder, 'good'), ...to])
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('4 stored') })
    const again = await runCommand(['import', join(folder, 'good'), ...to])
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('4 already stored') })
    // A data folder may be filled while a server has it open.
    await writeFile(join(folder, 'late'), tinyInstance({ study: '2.25.99' }))
    expect((await runCommand(['import', join(folder, 'late'), '--data', server.data])).status).toBe(0)
    expect((await fetch(`${server.origin}/dicom-web/studies/2.25.99/metadata`)).status).toBe(200)
  } finally {
    await server.stop('SIGKILL')
  }
})

test('tells the files of one request apart, in a server and in a data folder', async () => {
  const mixed = join(folder, 'mixed')
  await mkdir(mixed)
  for (let n = 0; n < 120; n += 1) await writeFile(join(mixed, `${n}.dcm`), tinyInstance({ pixels: 4000 }))
  await copyFile(join(mixed, '7.dcm'), join(mixed, 'the same again'))
  await writeFile(join(mixed, 'cut-off'), tinyInstance({ pixels: 4000 }).subarray(0, 2000))
  await writeFile(join(mixed, 'note.txt'), 'hello')
  const outcome = {
    status: 1,
    stdout: expect.stringMatching(/cut-off[\s\S]*120 stored, 1 already stored, 2 refused, 0 skipped/),
  }
  expect(await runCommand(['import', mixed, '--data', join(folder, 'mixed-data')])).toMatchObject(outcome)
  const server = await startServer()
  try {
    expect(await runCommand(['import', mixed, '--to', server.origin])).toMatchObject(outcome)
  } finally {
    await server.stop('SIGKILL')
  }
})

test('says at once what cannot work', async () => {
  const both = await runCommand(['import', folder, '--data', data, '--to', 'http://localhost:1/dicom-web'])
  expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining('contradict each other') })
  const noUrl = await runCommand(['import', folder, '--to', 'pacs'])
  expect(noUrl).toMatchObject({ status: 2, stderr: expect.stringContaining('http://localhost:8042/dicom-web') })
})
