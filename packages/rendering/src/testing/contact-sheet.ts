import { AdapterError } from '@sansfilm/core/adapters'
import sharp from 'sharp'
import { renderFrames } from '../render-frames.ts'
import { textWidth } from '../text/font.ts'
import { textOutline } from '../text/text-outline.ts'
import { readInstance } from './read-instance.ts'

/** A file to be shown, under its name. */
export interface SheetEntry {
  readonly name: string
  readonly bytes: Buffer
}

const columns = 16
const picture = 96
const gap = 4
const caption = 12

/**
 * The middle frame of every image, small, side by side; files without pixels are left out, and what cannot be drawn has
 * the reason in its place.
 * @returns a PNG of few enough colours to be kept
 */
export async function drawContactSheet(entries: readonly SheetEntry[]): Promise<Buffer> {
  const cells: { readonly name: string; readonly content: Buffer | string }[] = []
  for (const { name, bytes } of entries) {
    const content = await drawSmall(bytes)
    if (content !== undefined) cells.push({ name, content })
  }
  const width = columns * (picture + gap) + gap
  const rowHeight = picture + caption + gap
  const height = Math.ceil(cells.length / columns) * rowHeight + gap
  const layers = cells.map(({ name, content }, i) => {
    const left = gap + (i % columns) * (picture + gap)
    const top = gap + Math.floor(i / columns) * rowHeight
    return { name, content, left, top }
  })
  const captions = layers.map(({ name, content, left, top }) => {
    const reason = typeof content === 'string' ? line(content, left, top + picture / 2, '#c00') : ''
    return line(name, left, top + picture + caption - 3, '#333') + reason
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${captions.join('')}</svg>`
  return sharp({ create: { width, height, channels: 3, background: '#e8e8e4' } })
    .composite([
      ...layers.flatMap(({ content, left, top }) =>
        typeof content === 'string' ? [] : [{ input: content, left, top }],
      ),
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .png({ palette: true, colours: 256, effort: 10, compressionLevel: 9 })
    .toBuffer()
}

async function drawSmall(bytes: Buffer): Promise<Buffer | string | undefined> {
  try {
    const instance = await readInstance(bytes)
    const frames = instance.parsed.pixelData?.frames ?? 0
    if (frames === 0) return undefined
    const request = await instance.request([Math.ceil(frames / 2)], 'image/png', {
      viewport: { width: picture, height: picture },
    })
    return request && Buffer.from((await renderFrames(request)).bytes)
  } catch (error) {
    if (error instanceof AdapterError) return `${error.code}: ${error.message}`
    throw error
  }
}

/** As much of a text as has room under a picture. */
function line(text: string, left: number, baseline: number, colour: string): string {
  const size = 7.5
  let shown = text
  while (textWidth(shown, size) > picture) shown = shown.slice(0, -1)
  return textOutline(shown, left, baseline, size, `fill="${colour}"`)
}
