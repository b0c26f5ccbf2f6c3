import { describe, expect, test } from '@jest/globals'
import { noTurn } from './turn.ts'
import { placeInView, shrinkOf, viewOf } from './view.ts'

const image = { columns: 400, rows: 200, aspect: 1 }
const unflipped = { flipHorizontally: false, flipVertically: false }

describe('a viewport (PS3.18 §8.3.5.1.3)', () => {
  test('is absent: the same pixel matrix, whatever its pixels look like', () => {
    expect(viewOf({ ...image, aspect: 2 }, undefined)).toMatchObject({ width: 400, height: 200 })
  })

  test.each([
    [100, 100, 100, 50],
    [1000, 100, 200, 100],
    [800, 800, 800, 400],
    [3, 1, 2, 1],
  ])('%d × %d is filled without overflow or distortion', (width, height, w, h) => {
    expect(viewOf(image, { width, height })).toMatchObject({ width: w, height: h })
  })

  test('makes pixels square: tall ones give a taller picture', () => {
    expect(viewOf({ ...image, aspect: 2 }, { width: 400, height: 400 })).toMatchObject({ width: 400, height: 400 })
  })

  test('crops first, then scales what is left', () => {
    const region = { left: 100, top: 50, width: 50, height: 100, ...unflipped }
    const view = viewOf(image, { width: 200, height: 200, region })
    expect(view).toMatchObject({
      region: { left: 100, top: 50, width: 50, height: 100 },
      width: 100,
      height: 200,
    })
  })

  test('reaches the edges where a side is left out, or is beyond', () => {
    const region = { left: 300.5, top: 0, height: 1e9, ...unflipped }
    expect(viewOf(image, { width: 10, height: 10, region }).region).toEqual({
      left: 300,
      top: 0,
      width: 100,
      height: 200,
    })
  })

  test('outside the image has nothing to show', () => {
    const region = { left: 400, top: 0, ...unflipped }
    expect(() => viewOf(image, { width: 10, height: 10, region })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })

  test('flips', () => {
    const region = { left: 0, top: 0, flipHorizontally: true, flipVertically: false }
    const view = viewOf(image, { width: 40, height: 40, region })
    expect(placeInView(view, 0, 0)).toEqual([40, 0])
  })
})

test.each([
  [400, 200, 1], // nothing to do
  [40, 20, 10], // even: all of it
  [38, 19, 5], // 10.5 times: twice what is wanted is left
  [90, 45, 1], // 4.4 times: not worth it
])('to %d × %d, squares of %3$d become one', (width, height, shrink) => {
  const region = { left: 0, top: 0, width: 400, height: 200 }
  expect(shrinkOf({ area: region, region, turn: noTurn, width, height })).toBe(shrink)
})
