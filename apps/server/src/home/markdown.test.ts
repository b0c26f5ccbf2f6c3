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

test('leaves out comments, and nothing that only begins as one', () => {
  const { body } = renderMarkdown('<!-- generated: x -->\n\n| a |\n| --- |\n| 1 |\n\n<!-- end -->\n')
  expect(body).not.toMatch(/generated|end/)
  expect(renderMarkdown('<!-- a --> <script>alert(1)</script> <!-- b -->\n').body).toContain('&#60;script&#62;')
})

test('links to what is served, and names the rest', () => {
  const { body } = renderMarkdown('[a](b.md#c) [d](https://x.example) [`e`](../f.ts) [g](javascript:alert(1))\n')
  expect(body.trim()).toBe('<p><a href="b.md#c">a</a> <a href="https://x.example">d</a> <code>e</code> g</p>')
})
