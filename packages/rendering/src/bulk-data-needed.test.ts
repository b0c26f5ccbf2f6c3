import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags, transferSyntaxes } from '@sansfilm/dicom'
import { bulkDataNeeded } from './bulk-data-needed.ts'
import { renderableMediaTypes } from './renderable-media-types.ts'
import { grayImage, of } from './testing/images.ts'

const elsewhere = { vr: 'OW', BulkDataURI: 'bulk' } as const

test('what drawing reads, by path, and nothing else', () => {
  const dataset: Dataset = {
    [tags.IconImageSequence]: of('SQ', { [tags.RedPaletteColorLookupTableData]: elsewhere }),
    [tags.RedPaletteColorLookupTableData]: elsewhere,
    [tags.GreenPaletteColorLookupTableData]: { vr: 'OW', InlineBinary: 'AAA=' },
    [tags.ModalityLUTSequence]: of('SQ', { [tags.LUTData]: elsewhere }),
    [tags.OpticalPathSequence]: of('SQ', {}, { [tags.ICCProfile]: elsewhere }),
    '60023000': elsewhere,
    '60050010': elsewhere,
    [tags.PixelData]: elsewhere,
  }
  expect([...bulkDataNeeded(dataset)].sort()).toEqual([
    tags.RedPaletteColorLookupTableData,
    `${tags.ModalityLUTSequence}/1/${tags.LUTData}`,
    `${tags.OpticalPathSequence}/2/${tags.ICCProfile}`,
    '60023000',
  ])
})

describe('media types (PS3.18 Table 8.7.4-1)', () => {
  const layout = {
    tag: tags.PixelData,
    vr: 'OW',
    encapsulated: false,
    offset: 0,
    length: 2,
    frames: 1,
    frameBits: 8,
  } as const
  const native = transferSyntaxes.ExplicitVRLittleEndian.uid
  const source = { dataset: grayImage(1, 1), transferSyntax: native, layout }

  test('one frame is an image, JPEG by default; several are an animation', () => {
    expect(renderableMediaTypes(source, 1)).toEqual([
      'image/jpeg',
      'image/png',
      'image/gif',
      'image/webp',
      'image/jp2',
      'image/jph',
    ])
    expect(renderableMediaTypes(source, 2)).toEqual(['image/gif', 'image/webp'])
  })

  test.each([
    ['no pixel data', { dataset: source.dataset, transferSyntax: native }, 1],
    ['a video', { ...source, transferSyntax: transferSyntaxes.MPEG4HP41.uid }, 1],
    ['no size', { ...source, dataset: {} }, 1],
    ['two samples a pixel', { ...source, dataset: { ...source.dataset, [tags.SamplesPerPixel]: of('US', 2) } }, 1],
    ['no frames', source, 0],
  ])('none for %s', (_, of, frames) => {
    expect(renderableMediaTypes(of, frames)).toEqual([])
  })
})
