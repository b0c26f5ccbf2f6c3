import { describe, expect, it } from '@jest/globals'
import { sopClasses, transferSyntaxes } from '@sansfilm/dicom'
import { parseAcceptableMediaTypes } from './acceptable-media-types.ts'
import { availableInstanceMediaTypes, availablePixelDataMediaTypes } from './available-media-types.ts'
import { resourceCategory } from './resource-category.ts'
import { type AvailableMediaType, notAcceptable, selectMediaType } from './selected-media-type.ts'

const { JPEGLSLossless, HTJ2KLosslessRPCL } = transferSyntaxes

function select(accept: string | undefined, available: readonly AvailableMediaType[], url = '/x'): string {
  const selected = selectMediaType(parseAcceptableMediaTypes({ url, headers: { accept } }), available)
  if (selected === undefined) return '406'
  const { packaging, transferSyntax } = selected.available
  return `${packaging} ${selected.mediaType} ${nameOf(transferSyntax)}`
}

function nameOf(uid: string | undefined): string {
  return Object.entries(transferSyntaxes).find(([, row]) => row.uid === uid)?.[0] ?? ''
}

describe('frames', () => {
  const cases: readonly (readonly [client: string, accept: string | undefined, stored: string, selected: string])[] = [
    ['no Accept', undefined, 'JPEGLSLossless', 'multipart image/jls JPEGLSLossless'],
    ['fetch', '*/*', 'ExplicitVRBigEndian', 'multipart application/octet-stream ExplicitVRLittleEndian'],
    [
      'Cornerstone3D',
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
      'JPEGLSLossless',
      'multipart application/octet-stream JPEGLSLossless',
    ],
    [
      'OHIF',
      'multipart/related; type="application/octet-stream"; transfer-syntax="*"',
      'ImplicitVRLittleEndian',
      'multipart application/octet-stream ExplicitVRLittleEndian',
    ],
    [
      'OHIF, stored as wished',
      'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
      'JPEGLSLossless',
      'multipart image/jls JPEGLSLossless',
    ],
    [
      'OHIF, stored otherwise',
      'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
      'RLELossless',
      'multipart image/dicom-rle RLELossless',
    ],
    [
      'JS dicomweb-client',
      'multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50, multipart/related; type="image/jhc"; transfer-syntax=1.2.840.10008.1.2.4.202',
      'HTJ2KLosslessRPCL',
      'multipart image/jhc HTJ2KLosslessRPCL',
    ],
    [
      'Python dicomweb-client',
      'multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90',
      'JPEG2000Lossless',
      'multipart image/jp2 JPEG2000Lossless',
    ],
    [
      'no transfer syntax',
      'multipart/related; type="image/jpeg"',
      'JPEGBaseline8Bit',
      'multipart image/jpeg JPEGBaseline8Bit',
    ],
    ['octets of lossless', 'multipart/related; type="application/octet-stream"', 'JPEGLSLossless', '406'],
    [
      'octets of lossy',
      'multipart/related; type="application/octet-stream"',
      'JPEGBaseline8Bit',
      'multipart application/octet-stream JPEGBaseline8Bit',
    ],
    [
      'explicitly uncompressed',
      'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
      'JPEGLSLossless',
      '406',
    ],
    [
      'single part',
      'application/octet-stream; transfer-syntax=*',
      'RLELossless',
      'single application/octet-stream RLELossless',
    ],
    ['image wildcard', 'image/*', 'JPEGLSLossless', 'single image/jls JPEGLSLossless'],
    ['multipart wildcard', 'multipart/related; type="image/*"', 'JPEGLSLossless', 'multipart image/jls JPEGLSLossless'],
    ['bare multipart', 'multipart/related', 'JPEGLSLossless', 'multipart image/jls JPEGLSLossless'],
    [
      'no media type of its own',
      '*/*',
      'DeflatedImageFrameCompression',
      'multipart application/octet-stream DeflatedImageFrameCompression',
    ],
    [
      'q decides',
      'image/jls; q=0.2, application/octet-stream; transfer-syntax=*; q=0.7',
      'JPEGLSLossless',
      'single application/octet-stream JPEGLSLossless',
    ],
    [
      'q=0 excludes',
      'image/jls;q=0, multipart/related;type=image/jls;q=0, */*; transfer-syntax=*',
      'JPEGLSLossless',
      'multipart application/octet-stream JPEGLSLossless',
    ],
    ['only what is not stored', 'multipart/related; type="image/jls"', 'ExplicitVRLittleEndian', '406'],
    ['earlier name', 'image/x-dicom-rle', 'RLELossless', 'single image/x-dicom-rle RLELossless'],
  ]
  it.each(cases)('%s: %s of %s', (_client, accept, stored, selected) => {
    const syntax = transferSyntaxes[stored as keyof typeof transferSyntaxes] // keys above are of the table
    const available = availablePixelDataMediaTypes(syntax.uid, syntax.encapsulated, ['multipart', 'single'])
    expect(select(accept, available)).toBe(selected)
  })

  it('reads the accept query parameter before the header', () => {
    const available = availablePixelDataMediaTypes(HTJ2KLosslessRPCL.uid, true, ['multipart', 'single'])
    expect(select('*/*', available, '/x?accept=image/jhc')).toBe('single image/jhc HTJ2KLosslessRPCL')
    expect(select('image/jphc', available, '/x?accept=image/png')).toBe('single image/jphc HTJ2KLosslessRPCL')
  })
})

describe('instances', () => {
  const one = ['multipart', 'single'] as const
  const cases: readonly (readonly [client: string, accept: string | undefined, stored: string, selected: string])[] = [
    ['no Accept', undefined, 'ImplicitVRLittleEndian', 'multipart application/dicom ExplicitVRLittleEndian'],
    [
      'Weasis',
      'multipart/related;type="application/dicom";transfer-syntax=*',
      'ImplicitVRLittleEndian',
      'multipart application/dicom ImplicitVRLittleEndian',
    ],
    [
      'Slicer',
      'multipart/related; type="application/dicom"',
      'JPEGLSLossless',
      'multipart application/dicom JPEGLSLossless',
    ],
    [
      'Slicer, lossy',
      'multipart/related; type="application/dicom"',
      'JPEGBaseline8Bit',
      'multipart application/dicom JPEGBaseline8Bit',
    ],
    [
      'Slicer, big endian',
      'multipart/related; type="application/dicom"',
      'ExplicitVRBigEndian',
      'multipart application/dicom ExplicitVRLittleEndian',
    ],
    [
      'explicit',
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
      'DeflatedExplicitVRLittleEndian',
      'single application/dicom ExplicitVRLittleEndian',
    ],
    ['explicit of compressed', 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1', 'JPEGBaseline8Bit', '406'],
    ['other compression', 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90', 'JPEGBaseline8Bit', '406'],
    [
      'JS dicomweb-client list',
      'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1, multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.50',
      'JPEGBaseline8Bit',
      'multipart application/dicom JPEGBaseline8Bit',
    ],
    [
      'syntax inside type',
      'multipart/related; type="application/dicom; transfer-syntax=*"',
      'RLELossless',
      'multipart application/dicom RLELossless',
    ],
    [
      'browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'ExplicitVRLittleEndian',
      'multipart application/dicom ExplicitVRLittleEndian',
    ],
    [
      'nonsense beside',
      'x, ;, multipart/related; type="application/dicom"; boundary=**',
      'ExplicitVRLittleEndian',
      'multipart application/dicom ExplicitVRLittleEndian',
    ],
    ['HTML only', 'text/html', 'ExplicitVRLittleEndian', '406'],
  ]
  it.each(cases)('%s: %s of %s', (_client, accept, stored, selected) => {
    const { uid } = transferSyntaxes[stored as keyof typeof transferSyntaxes] // keys above are of the table
    expect(select(accept, availableInstanceMediaTypes(uid, one))).toBe(selected)
  })
})

describe('metadata', () => {
  const available: readonly AvailableMediaType[] = [
    { mediaType: 'application/dicom+json', packaging: 'single' },
    { mediaType: 'application/dicom+xml', packaging: 'multipart' },
  ]
  it.each([
    ['application/dicom+json, application/json', 'single application/dicom+json '],
    ['application/json', 'single application/json '],
    ['application/dicom+json; transfer-syntax=1.2.840.10008.1.2.1; charset=utf-8', 'single application/dicom+json '],
    ['multipart/related; type="application/dicom+xml"', 'multipart application/dicom+xml '],
    ['multipart/related', 'multipart application/dicom+xml '],
    ['application/*', 'single application/dicom+json '],
  ])('%s', (accept, selected) => expect(select(accept, available)).toBe(selected))

  it('takes an unencoded plus sign in the query as one', () => {
    expect(select('*/*', available, '/m?accept=application/dicom+json')).toBe('single application/dicom+json ')
    expect(select('*/*', available, '/m?accept=multipart/related;+type=application/dicom%2Bxml')).toBe(
      'multipart application/dicom+xml ',
    )
  })
})

it('explains a 406: what was asked, what is stored, what can be produced', () => {
  const acceptable = parseAcceptableMediaTypes({ url: '/x', headers: { accept: 'image/png' } })
  const error = notAcceptable(
    acceptable,
    [JPEGLSLossless.uid],
    availableInstanceMediaTypes(JPEGLSLossless.uid, ['multipart', 'single']),
  )
  expect(error.code).toBe('not-acceptable')
  expect(error.members).toEqual({
    accept: 'Accept: image/png',
    stored: ['1.2.840.10008.1.2.4.80'],
    available: [
      'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80',
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80',
    ],
  })
})

it.each([
  ['MPEG4HP41', 'VideoEndoscopicImageStorage', 1, 'video'],
  ['JPEGBaseline8Bit', 'UltrasoundMultiFrameImageStorage', 30, 'multi-frame'],
  ['JPEGBaseline8Bit', 'UltrasoundMultiFrameImageStorage', 1, 'single-frame'],
  ['ExplicitVRLittleEndian', 'EncapsulatedPDFStorage', 0, 'text'],
  ['ExplicitVRLittleEndian', 'BasicTextSRStorage', 0, 'text'],
  ['ExplicitVRLittleEndian', 'TwelveLeadECGWaveformStorage', 0, 'other'],
] as const)('%s of %s with %d frames is %s', (syntax, sopClass, frames, category) => {
  const stored = { transferSyntax: transferSyntaxes[syntax].uid, sopClass: sopClasses[sopClass].uid }
  expect(resourceCategory(stored, frames === 0 ? undefined : { frames })).toBe(category)
})
