import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import sharp from 'sharp'
import { renderSymbol } from './render-symbol.ts'
import { type SymbolKind, symbolKindOf } from './symbol-kind.ts'

const ofClass = (uid: string): Dataset => ({ [tags.SOPClassUID]: { vr: 'UI', Value: [uid] } })
const report = ofClass('1.2.840.10008.5.1.4.1.1.88.11')

describe('symbols', () => {
  test.each<[string, Dataset, SymbolKind]>([
    ['a structured report', report, 'report'],
    ['a PDF', ofClass('1.2.840.10008.5.1.4.1.1.104.1'), 'document'],
    ['an ECG', ofClass('1.2.840.10008.5.1.4.1.1.9.1.1'), 'waveform'],
    ['a structure set', ofClass('1.2.840.10008.5.1.4.1.1.481.3'), 'plan'],
    ['a presentation state', ofClass('1.2.840.10008.5.1.4.1.1.11.1'), 'presentation'],
    ['a CT that does not decode', ofClass('1.2.840.10008.5.1.4.1.1.2'), 'image'],
    ['a private class', ofClass('1.2.3'), 'other'],
  ])('%s', (_, dataset, kind) => {
    expect(symbolKindOf(dataset)).toBe(kind)
  })

  test.each([
    ['image/png', 'png'],
    ['image/jpeg', 'jpeg'],
  ])('fill the viewport as %s, and show something', async (mediaType, format) => {
    const { bytes } = await renderSymbol({ dataset: report, mediaType, viewport: { width: 64, height: 40 } })
    const image = sharp(bytes)
    expect(await image.metadata()).toMatchObject({ format, width: 64, height: 40 })
    const { channels } = await image.stats()
    expect(channels[0]?.stdev).toBeGreaterThan(5)
  })
})
