import { expect, test } from '@jest/globals'
import { progressLine } from './progress-display.ts'

test('shows rates, and with a known total the share and the time left', () => {
  const done = { files: 3000, bytes: 500e6, refused: 2 }
  expect(progressLine(done, undefined, 10_000)).toBe('3,000 files  500 MB  50.0 MB/s  300 files/s  2 refused')
  expect(progressLine(done, { files: 12_000, bytes: 2e9 }, 10_000)).toBe(
    '[######..................]  25 %  3,000 files  500 MB  50.0 MB/s  300 files/s  2 refused  0:30 left',
  )
})
