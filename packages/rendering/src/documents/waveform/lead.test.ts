import { expect, test } from '@jest/globals'
import { leadOf } from './lead.ts'

test.each([
  [{ meaning: 'x', code: '5.6.3-9-61' }, undefined, 'III'],
  [{ meaning: 'x', code: '2:64' }, undefined, 'aVF'],
  [{ meaning: 'Lead I (Einthoven)' }, undefined, 'I'],
  [undefined, 'avr', 'aVR'],
  [undefined, 'ECG Lead V6', 'V6'],
  [undefined, 'V10', undefined],
  [undefined, 'Invasive pressure', undefined],
  [{ meaning: 'x', code: '2:999' }, undefined, undefined],
  [undefined, undefined, undefined],
])('%j, %j is lead %s', (source, label, expected) => {
  expect(leadOf(source, label)).toBe(expected)
})
