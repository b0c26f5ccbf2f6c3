import { beforeAll, expect, test } from '@jest/globals'
import { isConformantUid, type ParsedInstance, readPart10, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import { writeLetter } from './documents/letter.ts'
import { writeReport } from './documents/report.ts'
import { drawHeadSlice } from './head-ct/head-ct.ts'
import { drawSampleStudies } from './sample-studies.ts'

interface Drawn {
  readonly name: string
  readonly bytes: Uint8Array
  readonly parsed: ParsedInstance
}

const drawn: Drawn[] = []

beforeAll(async () => {
  for await (const { name, bytes } of drawSampleStudies())
    drawn.push({ name, bytes, parsed: await readPart10([bytes]) })
}, 60_000)

test('every instance is right and its own, below 15 MB in all', () => {
  expect(drawn.flatMap(({ parsed }) => parsed.warnings)).toEqual([])
  const uids = drawn.map(({ parsed }) => stringOf(parsed.dataset, tags.SOPInstanceUID) ?? '')
  expect(new Set(uids).size).toBe(79)
  expect(uids.every(isConformantUid)).toBe(true)
  expect(new Set(drawn.map(({ parsed }) => stringOf(parsed.dataset, tags.StudyInstanceUID))).size).toBe(2)
  expect(new Set(drawn.map(({ parsed }) => stringOf(parsed.dataset, tags.SeriesInstanceUID))).size).toBe(4)
  expect(drawn.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(15_000_000)
})

test('drawing again gives the same bytes', () => {
  for (const [name, draw] of [
    ['head-ct-40.dcm', () => drawHeadSlice(39)],
    ['head-report.dcm', writeReport],
    ['head-letter.dcm', writeLetter],
  ] as const) {
    expect(draw().equals(drawn.find((instance) => instance.name === name)?.bytes ?? Buffer.alloc(0))).toBe(true)
  }
})

test('the slices are a volume: one frame of reference, one orientation, even steps, all pixels there', () => {
  const slices = drawn.filter(({ name }) => name.startsWith('head-ct'))
  expect(new Set(slices.map(({ parsed }) => stringOf(parsed.dataset, tags.FrameOfReferenceUID))).size).toBe(1)
  const heights = slices.map(({ parsed }) => Number(valuesOf(parsed.dataset, tags.ImagePositionPatient)[2]))
  expect(new Set(heights.slice(1).map((z, i) => z - Number(heights[i])))).toEqual(new Set([2]))
  expect(new Set(slices.map(({ parsed }) => parsed.pixelData?.length))).toEqual(new Set([256 * 256 * 2]))
})

test('the cine has all its frames, the report refers to slices that are there', () => {
  const cine = drawn.find(({ name }) => name === 'heart-cine.dcm')?.parsed
  expect(cine?.pixelData?.frames).toBe(24)
  const report = drawn.find(({ name }) => name === 'head-report.dcm')?.parsed
  const referred = [...JSON.stringify(report?.dataset).matchAll(/"00081155":\{"vr":"UI","Value":\["([^"]+)"/g)].map(
    ([, uid]) => uid,
  )
  const there = drawn.map(({ parsed }) => stringOf(parsed.dataset, tags.SOPInstanceUID))
  expect(referred).toHaveLength(4)
  expect(there).toEqual(expect.arrayContaining(referred))
})
