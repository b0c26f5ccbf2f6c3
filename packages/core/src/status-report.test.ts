import { expect, test } from '@jest/globals'
import { AdapterError } from './adapters/index.ts'
import { DicomwebError } from './errors.ts'
import { statusReport } from './status-report.ts'

function report(error: unknown, request: { signal?: AbortSignal; requestId?: string } = {}) {
  const bugs: unknown[] = []
  const { status, headers, body } = statusReport(error, request, (bug) => bugs.push(bug))
  return { status, headers, document: JSON.parse(String(body)), bugs }
}

test('a failure is a problem document with its members and header fields', () => {
  const error = new DicomwebError('method-not-allowed', 'It supports GET.', {
    headers: { allow: 'GET' },
    members: { allow: ['GET'], status: 200 },
  })
  const { status, headers, document, bugs } = report(error, { requestId: 'r1' })
  expect(document).toEqual({
    type: 'urn:sansfilm:problem:method-not-allowed',
    title: 'The resource does not support this method',
    status: 405,
    detail: 'It supports GET.',
    requestId: 'r1',
    allow: ['GET'],
  })
  expect([status, headers.allow, headers['content-type'], bugs]).toEqual([405, 'GET', 'application/problem+json', []])
  expect(Number(headers['content-length'])).toBe(Buffer.byteLength(JSON.stringify(document)))
})

test('what nobody foresaw is reported, and answered without its message', () => {
  for (const error of [new TypeError('secret of /var/data'), 'secret', null, undefined]) {
    const { status, document, bugs } = report(error)
    expect(status).toBe(500)
    expect(JSON.stringify(document)).not.toContain('secret')
    expect(bugs).toEqual([error])
  }
})

test.each([
  ['not-found', 500, 1],
  ['unavailable', 503, 1],
  ['out-of-resources', 507, 0],
] as const)('an adapter that says %s is a %i', (code, status, reports) => {
  const given = report(new AdapterError(code, 'secret of the disk'))
  expect([given.status, given.bugs.length]).toEqual([status, reports])
  expect(JSON.stringify(given.document)).not.toContain('secret')
  expect(given.headers['retry-after']).toBe(code === 'unavailable' ? '5' : undefined)
})

test.each(['damaged', 'unsupported'] as const)('pixel data that is %s is told why, and no bug', (code) => {
  const { status, document, bugs } = report(new AdapterError(code, 'columns is 4, in the codestream 5'))
  expect([status, bugs]).toEqual([406, []])
  expect(document.detail).toMatch(/ Columns is 4, in the codestream 5\.$/)
})

test('a client that has gone is no bug', () => {
  const { status, bugs } = report(new Error('aborted'), { signal: AbortSignal.abort() })
  expect([status, bugs]).toEqual([400, []])
})
