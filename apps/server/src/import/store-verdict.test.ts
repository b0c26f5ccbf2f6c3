import { expect, test } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import { storeVerdict } from './store-verdict.ts'

const json = { contentType: 'application/dicom+json', warning: undefined }
const referenced = { [tags.ReferencedSOPSequence]: { vr: 'SQ', Value: [{}] } }

function failed(tag: string, item: object): string {
  return JSON.stringify({ [tag]: { vr: 'SQ', Value: [item] } })
}

test('tells a new instance from one that was stored already', () => {
  const body = JSON.stringify(referenced)
  expect(storeVerdict({ ...json, status: 200, body })).toEqual({ status: 'stored' })
  const warning = '299 http://localhost: "1 of 1 instances were stored already"'
  expect(storeVerdict({ ...json, status: 200, body, warning })).toEqual({ status: 'already-stored' })
})

test('takes the reason from either failure sequence, in words where there are any', () => {
  const inWords = failed(tags.OtherFailuresSequence, {
    [tags.ErrorComment]: { vr: 'LO', Value: ['The object ends early'] },
    [tags.FailureReason]: { vr: 'US', Value: [0xc002] },
  })
  expect(storeVerdict({ ...json, status: 409, body: inWords }).reason).toBe('The object ends early')
  const code = failed(tags.FailedSOPSequence, { [tags.FailureReason]: { vr: 'US', Value: [0x110] } })
  expect(storeVerdict({ ...json, status: 409, body: code }).reason).toBe('Refused with failure reason 0110H')
})

test('takes the detail of a problem document, and falls back to the status', () => {
  const contentType = 'application/problem+json; charset=utf-8'
  const body = JSON.stringify({ title: 'T', detail: 'This archive is read only.' })
  expect(storeVerdict({ status: 405, contentType, warning: undefined, body }).reason).toBe('This archive is read only.')
  expect(storeVerdict({ status: 500, contentType: 'text/html', warning: undefined, body: '<p>' })).toEqual({
    status: 'refused',
    reason: 'The server answered with status 500',
  })
})
