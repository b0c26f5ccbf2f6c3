import { expect, test } from '@jest/globals'
import { html } from './html.ts'

test('escapes every value but markup of its own making', () => {
  const hostile = `"><script>'&`
  const inner = html`<b>${hostile}</b>`
  expect(html`<a title="${hostile}">${[inner, undefined, false, 0]}</a>`.text).toBe(
    '<a title="&#34;&#62;&#60;script&#62;&#39;&#38;"><b>&#34;&#62;&#60;script&#62;&#39;&#38;</b>0</a>',
  )
})
