import { expect, test } from '@jest/globals'
import { pathForLog } from './log.ts'

test.each([
  ['/dicom-web/studies?PatientName=DOE*', '/dicom-web/studies'],
  [
    '/dicom-web/studies/1.2.3/series/4.5/instances/6/frames/1,2',
    '/dicom-web/studies/1.2.3/series/4.5/instances/6/frames/1,2',
  ],
  ['/dicom-web/studies/DOE%5EJOHN/metadata', '/dicom-web/studies/*/metadata'],
  ['/dicom-web/patients/doe', '/dicom-web/*/*'],
  ['/', '/'],
  [`/${'a/'.repeat(40)}`, `/${Array(12).fill('*').join('/')}`],
])('%p is logged as %p', (url, path) => {
  expect(pathForLog(url)).toBe(path)
})
