import { expect, test } from '@jest/globals'
import type { CodedFrame } from '@sansfilm/core/adapters'
import { transferSyntaxes } from '@sansfilm/dicom'
import { decodeTile } from './decode-tile.ts'
import { encodeFrame } from './encode.ts'
import { describeImage } from './testing/images.ts'

const { ExplicitVRLittleEndian, JPEGLSLossless, RLELossless } = transferSyntaxes

/** A frame of 7s, described as a tile of 5 x 4. */
async function tileOf(columns: number, rows: number): Promise<CodedFrame> {
  const bytes = new Uint8Array(columns * rows).fill(7)
  const native = { transferSyntax: ExplicitVRLittleEndian.uid, description: describeImage({ rows, columns }), bytes }
  return { ...(await encodeFrame(native, JPEGLSLossless.uid)), description: describeImage({ rows: 4, columns: 5 }) }
}

test('a smaller tile lies at the top left of one of full size', async () => {
  const { description, bytes } = await decodeTile(await tileOf(3, 2))
  expect([description.columns, description.rows]).toEqual([5, 4])
  expect([...bytes]).toEqual([7, 7, 7, 0, 0, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('a whole tile is as it is', async () => {
  expect([...(await decodeTile(await tileOf(5, 4))).bytes]).toEqual(new Array(20).fill(7))
})

test('a larger tile is damage', async () => {
  await expect(tileOf(6, 4).then((tile) => decodeTile(tile))).rejects.toMatchObject({ code: 'damaged' })
})

test('it is encoded as large as it is decoded, where it is said to be a tile, and not otherwise', async () => {
  const tile = await tileOf(3, 2)
  const { description } = await encodeFrame(tile, RLELossless.uid, { isTile: true })
  expect([description.columns, description.rows]).toEqual([5, 4])
  await expect(encodeFrame(tile, RLELossless.uid)).rejects.toMatchObject({ code: 'damaged' })
})
