import type { Rendering, Viewport } from '@sansfilm/core/adapters'
import type { Dataset } from '@sansfilm/dicom'
import sharp from 'sharp'
import { type SymbolKind, symbolKindOf } from './symbol-kind.ts'

/** Light strokes on the dark ground that images have around them. */
const ground = '#15181c'
const stroke = '#9fb0bf'

/** Drawings in a box of 48 by 48, without letters: a bare machine has no fonts. */
const drawings: Readonly<Record<SymbolKind, string>> = {
  report: '<path d="M13 6h16l7 7v29H13z M29 6v7h7 M18 20h13 M18 26h13 M18 32h8"/>',
  document: '<path d="M13 6h16l7 7v29H13z M29 6v7h7"/>',
  waveform: '<path d="M4 26h9l3-6 4 14 5-26 5 30 3-12h11"/>',
  plan: '<circle cx="24" cy="24" r="13"/><circle cx="24" cy="24" r="5"/><path d="M24 5v9 M24 34v9 M5 24h9 M34 24h9"/>',
  surface: '<path d="M24 6l16 9v18l-16 9-16-9V15z M8 15l16 9 16-9 M24 24v18"/>',
  presentation:
    '<rect x="8" y="10" width="32" height="28" rx="2"/><circle cx="24" cy="24" r="8"/><path d="M24 16a8 8 0 0 1 0 16z" fill="#9fb0bf"/>',
  image:
    '<rect x="8" y="10" width="32" height="28" rx="2"/><circle cx="17" cy="19" r="3"/><path d="M8 33l10-9 7 6 6-5 9 8"/>',
  other:
    '<rect x="10" y="10" width="28" height="28" rx="3"/><circle cx="18" cy="24" r="1.5"/><circle cx="24" cy="24" r="1.5"/><circle cx="30" cy="24" r="1.5"/>',
}

/**
 * A picture of what kind of thing an instance is, that fills the viewport.
 * @param request of the data set SOP Class UID alone is read
 * @see PS3.18 §10.4.3.3.4
 */
export async function renderSymbol(request: {
  readonly dataset: Dataset
  readonly mediaType: string
  readonly viewport: Viewport
}): Promise<Rendering> {
  const { width, height } = request.viewport
  const side = Math.min(width, height)
  const left = (width - side) / 2
  const top = (height - side) / 2
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="100%" height="100%" fill="${ground}"/>` +
    `<svg x="${left}" y="${top}" width="${side}" height="${side}" viewBox="0 0 48 48">` +
    `<g fill="none" stroke="${stroke}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">` +
    `${drawings[symbolKindOf(request.dataset)]}</g></svg></svg>`
  const image = sharp(Buffer.from(svg)).removeAlpha()
  const bytes = await (request.mediaType === 'image/png' ? image.png() : image.jpeg({ quality: 90 })).toBuffer()
  return { mediaType: request.mediaType, bytes }
}
