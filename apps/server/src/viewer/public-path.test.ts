import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findOhif } from './ohif.ts'
import { rewriteRootPaths } from './public-path.ts'

const ohif = findOhif()
const rewritten = (name: string) =>
  rewriteRootPaths(readFileSync(join(ohif.directory, name), 'utf8'), extname(name), '/archive/viewer/')

describe('the OHIF build under a path', () => {
  test('its page names nothing at the root any more', () => {
    const page = rewritten('index.html')
    expect(page).toContain('src="/archive/viewer/app-config.js"')
    expect(page).toContain('window.PUBLIC_URL="/archive/viewer/"')
    expect(page.match(/(?:href|src|content|PUBLIC_URL)="\/(?!archive\/viewer\/)[^"]*"/g)).toBeNull()
  })

  test('its main script loads the others from the path', () => {
    const name = [...ohif.files].find((file) => /^app\.bundle\..*\.js$/.test(file)) ?? ''
    const script = rewritten(name)
    expect(script).toContain('__webpack_require__.p = "/archive/viewer/"')
    expect(script).not.toContain('__webpack_require__.p = "/"')
  })

  test('its styles load fonts from the path', () => {
    const styles = rewritten('app.bundle.css')
    expect(styles).toContain('url(/archive/viewer/')
    expect(styles).not.toMatch(/url\(\/(?!archive\/viewer\/)/)
  })

  test('protocol-relative addresses are left alone', () => {
    expect(rewriteRootPaths('a { background: url(//x.example/y.png) }', '.css', '/v/')).toContain('url(//x.example')
  })
})
