import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

/** The Chromium of this machine: that of `SANSFILM_CHROMIUM`, or the first found on the PATH. */
export const chromiumPath = findChromium()

/** Why browser tests are skipped where `chromiumPath` is undefined. */
export const noChromium = 'no Chromium on the PATH (set SANSFILM_CHROMIUM to its program)'

function findChromium(): string | undefined {
  if (process.env.SANSFILM_CHROMIUM !== undefined) return process.env.SANSFILM_CHROMIUM
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** Starts Chromium without a screen; WebGL is drawn in software. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  })
}

/**
 * Gathers what went wrong in a page from now on: console errors, uncaught exceptions, failed requests.
 * @param ignored messages that are the viewer's own affair
 */
export function watchForTrouble(page: Page, ignored: readonly RegExp[] = []): string[] {
  const trouble: string[] = []
  const add = (text: string) => {
    if (!ignored.some((pattern) => pattern.test(text))) trouble.push(text)
  }
  page.on('console', (message) => {
    if (message.type() === 'error') add(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => add(`exception: ${error.stack ?? error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400) add(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  return trouble
}
