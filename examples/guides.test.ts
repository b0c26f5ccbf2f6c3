import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const root = new URL('../', import.meta.url)

interface CodeBlock {
  /** The file the code is from, relative to the repository; empty where the block names none. */
  readonly file: string
  readonly code: string
}

function codeBlocksOf(document: string): readonly CodeBlock[] {
  const text = readFileSync(new URL(document, root), 'utf8')
  return [...text.matchAll(/^```ts *(.*)\n([\s\S]*?)^```$/gm)].map(([, file = '', code = '']) => ({ file, code }))
}

test.each(readdirSync(new URL('docs/guides/', root)))('docs/guides/%s shows code that is run by tests', (guide) => {
  const blocks = codeBlocksOf(`docs/guides/${guide}`)
  if (/^write-an?-/.test(guide)) expect(blocks.length).toBeGreaterThan(0)
  for (const { file, code } of blocks) {
    expect(file).toMatch(/^examples\/.+\.ts$/)
    expect(readFileSync(new URL(file, root), 'utf8')).toContain(code)
  }
})

test('README.md shows code that the type check reads', () => {
  const blocks = codeBlocksOf('README.md')
  expect(blocks.length).toBeGreaterThan(0)
  const checked = readFileSync(new URL('examples/readme.ts', root), 'utf8')
  for (const { code } of blocks) expect(checked).toContain(code)
})
