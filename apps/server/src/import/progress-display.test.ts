import { expect, jest, test } from '@jest/globals'
import { createProgressDisplay, progressLine } from './progress-display.ts'

test('shows rates, and with a known total the share and the time left', () => {
  const done = { files: 3000, bytes: 500e6, refused: 2 }
  expect(progressLine(done, undefined, 10_000)).toBe('3,000 files  2 refused  500 MB  50.0 MB/s  300 files/s')
  expect(progressLine(done, { files: 12_000, bytes: 2e9 }, 10_000)).toBe(
    '[######..................]  25 %  0:30 left  3,000 files  2 refused  500 MB  50.0 MB/s  300 files/s',
  )
})

test.each([
  [0, 79],
  [30, 29],
])('a terminal of %d columns is written %d', (columns, width) => {
  jest.useFakeTimers()
  const written: string[] = []
  const output = { isTTY: true, columns, write: (text: string) => written.push(text) > 0 }
  const display = createProgressDisplay(output, () => performance.now())
  display.expect({ files: 123_456, bytes: 9e12 })
  display.add({ outcome: { name: 'a.dcm', status: 'refused' }, bytes: 1e9 })
  jest.advanceTimersByTime(100)
  jest.useRealTimers()
  display.end()
  expect(written[0]).toMatch(new RegExp(`^\\r\\[\\.{24}\\].{${width - 26}}\\x1b\\[K$`))
})
