import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { requestFailures } from './errors.ts'

test('docs/reference/errors.md lists every request failure with its status and title, and nothing else', () => {
  const page = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d+) +\| ([^|]+?) +\| [^|]+ \|$/gm)]
  const rows = documented.map(([, code, status, title]) => [code, { status: Number(status), title }])
  expect(rows).toEqual(Object.entries(requestFailures))
})
