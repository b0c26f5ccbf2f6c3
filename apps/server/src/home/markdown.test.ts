import { expect, test } from '@jest/globals'
import { renderMarkdown } from './markdown.ts'

test('renders headings that can be linked to, and tables that scroll by themselves', () => {
  const { title, body } = renderMarkdown('# A `b` title\n\n| x | y |\n| --- | --- |\n| 1 | **2** |\n')
  expect(title).toBe('A `b` title')
  expect(body).toContain('<h1 id="a-b-title">A <code>b</code> title</h1>')
  expect(body).toMatch(/<div class="wide"[^>]*><table>.*<strong>2<\/strong>/s)
})

test('shows markup instead of obeying it', () => {
  const { body } = renderMarkdown('a <img src=x onerror=alert(1)> b\n\n<script>alert(1)</script>\n')
  expect(body).not.toMatch(/<(img|script)/)
  expect(body).toContain('&#60;script&#62;')
})
