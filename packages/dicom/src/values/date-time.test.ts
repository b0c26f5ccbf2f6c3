import { expect, test } from '@jest/globals'
import { parseDate, parseDateTime, parseTime } from './date-time.ts'

test.each([
  ['20240229', '20240229'],
  ['1993.08.22', '19930822'],
  [' 19930822 ', '19930822'],
  ['20230229', undefined],
  ['20241301', undefined],
  ['2024-01-01', undefined],
  ['202401', undefined],
  ['', undefined],
])('date %j is %j', (text, expected) => {
  expect(parseDate(text)).toBe(expected)
})

test.each([
  ['10', '10'],
  ['1011', '1011'],
  ['101112', '101112'],
  ['101112.5', '101112.500000'],
  ['10:11:12', '101112'],
  ['10:11', '1011'],
  ['235960', '235960'],
  ['2460', undefined],
  ['1060', undefined],
  ['101112.1234567', undefined],
  ['1', undefined],
])('time %j is %j', (text, expected) => {
  expect(parseTime(text)).toBe(expected)
})

test.each([
  ['2024', { local: '2024', offsetMinutes: undefined }],
  ['202402', { local: '202402', offsetMinutes: undefined }],
  ['20240229101112.5+0130', { local: '20240229101112.500000', offsetMinutes: 90 }],
  ['20240229-1200', { local: '20240229', offsetMinutes: -720 }],
  ['20240230', undefined],
  ['20240229+1500', undefined],
  ['20240229-0000', undefined],
  ['20240229+0160', undefined],
])('date time %j is %j', (text, expected) => {
  expect(parseDateTime(text)).toEqual(expected)
})
