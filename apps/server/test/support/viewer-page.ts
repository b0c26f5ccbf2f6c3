import type { Page } from 'playwright-core'

/** Waits until the first viewport shows more than a few colours. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const canvas = document.querySelector<HTMLCanvasElement>('.cornerstone-canvas')
      const context = canvas?.getContext('2d')
      if (canvas === null || context === null || context === undefined || canvas.width === 0) return false
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      const shades = new Set<number>()
      for (let at = 0; at < data.length; at += 4 * 97) shades.add(data[at] ?? 0)
      return shades.size > 16
    },
    undefined,
    { timeout: 90_000 },
  )
}
