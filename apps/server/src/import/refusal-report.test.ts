import { expect, test } from '@jest/globals'
import { createRefusalReport } from './refusal-report.ts'

function refuse(report: ReturnType<typeof createRefusalReport>, name: string, reason: string) {
  report.add({ name, status: 'refused', reason })
}

test('groups by reason whatever the numbers in it, the most frequent first, and names a few', () => {
  const report = createRefusalReport()
  refuse(report, 'x', 'The file is empty')
  for (let n = 0; n < 1200; n += 1) refuse(report, `f${n}`, `Ends at byte ${n}`)
  expect(report.lines()).toEqual([
    'Refused  Reason',
    '  1,200  Ends at byte 0',
    ...[0, 1, 2, 3, 4].map((n) => `           f${n}`),
    '           and 1,195 more',
    '      1  The file is empty',
    '           x',
  ])
})

test('stays small however many reasons there are, and shows no control characters', () => {
  const report = createRefusalReport()
  for (let n = 0; n < 1000; n += 1) refuse(report, '\x1b[31m', 'x'.repeat(n))
  expect(report.lines().length).toBeLessThan(150)
  expect(report.lines().join('')).not.toContain('\x1b')
  expect(report.lines()).toContainEqual(expect.stringMatching(/^ +960 {2}Other reasons$/))
})
