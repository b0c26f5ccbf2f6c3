import { expect, test } from '@jest/globals'
import type { Raster } from '../pixels/raster.ts'
import { noTurn, type Turn, turnRaster } from './turn.ts'

//  1 2 3
//  4 5 6
const raster: Raster = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }

test.each<[string, Partial<Turn>, number[]]>([
  ['as it is', {}, [1, 2, 3, 4, 5, 6]],
  ['a quarter clockwise', { rotation: 90 }, [4, 1, 5, 2, 6, 3]],
  ['half round', { rotation: 180 }, [6, 5, 4, 3, 2, 1]],
  ['a quarter back', { rotation: 270 }, [3, 6, 2, 5, 1, 4]],
  ['left and right', { flipHorizontally: true }, [3, 2, 1, 6, 5, 4]],
  ['up and down', { flipVertically: true }, [4, 5, 6, 1, 2, 3]],
  ['first turned, then flipped', { rotation: 90, flipHorizontally: true }, [1, 4, 2, 5, 3, 6]],
])('%s (PS3.3 §C.10.6)', (_, turn, expected) => {
  const turned = turnRaster(raster, { ...noTurn, ...turn })
  expect([...turned.data]).toEqual(expected)
  expect(turned.width).toBe(turn.rotation === 90 || turn.rotation === 270 ? 2 : 3)
})

test('colours keep their channels together', () => {
  const colours: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
  expect([...turnRaster(colours, { ...noTurn, rotation: 90 }).data]).toEqual([1, 2, 3, 4, 5, 6])
  expect([...turnRaster(colours, { ...noTurn, flipHorizontally: true }).data]).toEqual([4, 5, 6, 1, 2, 3])
})
