import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const root = new URL('../', import.meta.url)
const guides = new URL('docs/guides/', root)

interface CodeBlock {
  /** The file the code is from, relative to the repository. */
  readonly file: string
  readonly code: string
}

function codeBlocksOf(guide: string): readonly CodeBlock[] {
  const text = readFileSync(new URL(guide, guides), 'utf8')
  return [...text.matchAll(/^```ts *(.*)\n([\s\S]*?)^```$/gm)].map(([, file = '', code = '']) => ({ file, code }))
}

test.each(readdirSync(guides).filter((file) => /^write-an?-/.test(file)))(
  '%s shows code that is run by tests',
  (guide) => {
    const blocks = codeBlocksOf(guide)
    expect(blocks.length).toBeGreaterThan(0)
    for (const { file, code } of blocks) {
      expect(file).toMatch(/^examples\/.+\.ts$/)
      expect(readFileSync(new URL(file, root), 'utf8')).toContain(code)
    }
  },
)

test.each(readdirSync(guides))('the links of %s lead to files', (guide) => {
  const text = readFileSync(new URL(guide, guides), 'utf8')
  for (const [, target = ''] of text.matchAll(/\]\((\.[^)#]+)/g)) {
    expect([target, existsSync(new URL(target, guides))]).toEqual([target, true])
  }
})
