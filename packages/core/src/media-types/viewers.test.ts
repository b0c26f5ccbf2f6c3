import { describe, expect, test } from '@jest/globals'
import { lookupTransferSyntax, transferSyntaxes } from '@sansfilm/dicom'
import type { Packaging } from './acceptable-media-types.ts'
import { parseAcceptableMediaTypes } from './acceptable-media-types.ts'
import {
  availableInstanceMediaTypes,
  availablePixelDataMediaTypes,
  type CanTranscode,
  cannotTranscode,
} from './available-media-types.ts'
import { type AvailableMediaType, selectMediaType } from './selected-media-type.ts'

/* Accept lists as OHIF, Cornerstone3D, Weasis, Slicer and slim send them, each with the answer that the client can use. */

type Syntax = keyof typeof transferSyntaxes

/** Decodes and encodes what the codecs at hand do. */
const everything: CanTranscode = (target) =>
  ['.1.2.1', '.50', '.57', '.70', '.80', '.81', '.90', '.91', '.201', '.202', '.203', '.2.5'].some((end) =>
    target.endsWith(end),
  ) && target !== transferSyntaxes.DeflatedImageFrameCompression.uid

const stored = [
  'ExplicitVRLittleEndian',
  'DeflatedExplicitVRLittleEndian',
  'JPEGLosslessSV1',
  'JPEG2000Lossless',
  'JPEGBaseline8Bit',
  'HTJ2KLosslessRPCL',
  'RLELossless',
] as const satisfies readonly Syntax[]

/** What is sent of each of `stored`, in that order: transfer syntax, and media type where it is not said before. */
type Answers = readonly [string, string, string, string, string, string, string]

interface Case {
  readonly client: string
  readonly accept: string | undefined
  /** Without a transcoder, and with one. */
  readonly without: Answers
  readonly with: Answers
}

const native = 'ExplicitVRLittleEndian'
const no = '406'
const asStored: Answers = [...stored]
const frame = (name: string) => `application/octet-stream ${name}`
const octetsAsStored: Answers = [frame(native), frame(native), ...stored.slice(2).map(frame)] as unknown as Answers
const own: Answers = [
  frame(native),
  frame(native),
  'image/jpeg JPEGLosslessSV1',
  'image/jp2 JPEG2000Lossless',
  'image/jpeg JPEGBaseline8Bit',
  'image/jphc HTJ2KLosslessRPCL',
  'image/dicom-rle RLELossless',
]
const all = (answer: string): Answers => stored.map(() => answer) as unknown as Answers
const related = (type: string, syntax?: string): string =>
  `multipart/related; type="${type}"${syntax === undefined ? '' : `; transfer-syntax=${syntax}`}`

const frames: readonly Case[] = [
  {
    client: 'Cornerstone3D',
    accept: 'multipart/related; type=application/octet-stream; transfer-syntax=*',
    without: octetsAsStored,
    with: octetsAsStored,
  },
  {
    client: 'OHIF',
    accept: 'multipart/related; type="application/octet-stream"; transfer-syntax="*"',
    without: octetsAsStored,
    with: octetsAsStored,
  },
  {
    client: 'OHIF with requestTransferSyntaxUID of JPEG-LS',
    accept: 'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
    without: own,
    with: all('image/jls JPEGLSLossless'),
  },
  {
    client: 'OHIF with image/jhc',
    accept: 'multipart/related; type="image/jhc"; transfer-syntax="1.2.840.10008.1.2.4.202"',
    without: [no, no, no, no, no, 'image/jhc HTJ2KLosslessRPCL', no],
    with: all('image/jhc HTJ2KLosslessRPCL'),
  },
  {
    client: 'slim',
    accept: related('application/octet-stream', '*'),
    without: octetsAsStored,
    with: octetsAsStored,
  },
  {
    client: 'dicomweb-client with a list of all it decodes: what loses nothing before what does',
    accept: [
      related('image/jpeg', '1.2.840.10008.1.2.4.50'),
      related('image/jpeg', '1.2.840.10008.1.2.4.57'),
      related('image/jp2', '1.2.840.10008.1.2.4.90'),
    ].join(', '),
    without: [no, no, no, 'image/jp2 JPEG2000Lossless', 'image/jpeg JPEGBaseline8Bit', no, no],
    with: [
      'image/jpeg JPEGLossless',
      'image/jpeg JPEGLossless',
      'image/jpeg JPEGLossless',
      'image/jp2 JPEG2000Lossless',
      'image/jpeg JPEGBaseline8Bit',
      'image/jpeg JPEGLossless',
      'image/jpeg JPEGLossless',
    ],
  },
  {
    client: 'Python dicomweb-client, uncompressed by default',
    accept: related('application/octet-stream'),
    without: [frame(native), frame(native), no, no, frame('JPEGBaseline8Bit'), no, no],
    with: [
      frame(native),
      frame(native),
      frame(native),
      frame(native),
      frame('JPEGBaseline8Bit'),
      frame(native),
      frame(native),
    ],
  },
  {
    client: 'Python dicomweb-client, uncompressed by name',
    accept: related('application/octet-stream', '1.2.840.10008.1.2.1'),
    without: [frame(native), frame(native), no, no, no, no, no],
    with: all(frame(native)),
  },
  {
    client: 'image/jpeg without a transfer syntax: the default of Table 8.7.3-5, or lossy as it is stored',
    accept: related('image/jpeg'),
    without: [no, no, 'image/jpeg JPEGLosslessSV1', no, 'image/jpeg JPEGBaseline8Bit', no, no],
    with: [
      'image/jpeg JPEGLosslessSV1',
      'image/jpeg JPEGLosslessSV1',
      'image/jpeg JPEGLosslessSV1',
      'image/jpeg JPEGLosslessSV1',
      'image/jpeg JPEGBaseline8Bit',
      'image/jpeg JPEGLosslessSV1',
      'image/jpeg JPEGLosslessSV1',
    ],
  },
  {
    client: 'image/jphc without a transfer syntax',
    accept: related('image/jphc'),
    without: [no, no, no, no, no, 'image/jphc HTJ2KLosslessRPCL', no],
    with: all('image/jphc HTJ2KLossless'),
  },
  {
    client: 'image/jphc in any transfer syntax: what is stored, if it is one',
    accept: related('image/jphc', '*'),
    without: [no, no, no, no, no, 'image/jphc HTJ2KLosslessRPCL', no],
    with: [
      'image/jphc HTJ2KLossless',
      'image/jphc HTJ2KLossless',
      'image/jphc HTJ2KLossless',
      'image/jphc HTJ2KLossless',
      'image/jphc HTJ2KLossless',
      'image/jphc HTJ2KLosslessRPCL',
      'image/jphc HTJ2KLossless',
    ],
  },
  { client: 'fetch', accept: '*/*', without: own, with: own },
  { client: 'any media type in any transfer syntax', accept: '*/*; transfer-syntax=*', without: own, with: own },
  {
    client: 'weights: lossy is preferred, and named',
    accept: `${related('image/jpeg', '1.2.840.10008.1.2.4.50')}, ${related('application/octet-stream', '*')}; q=0.5`,
    without: octetsAsStored.map((answer) =>
      answer.endsWith('JPEGBaseline8Bit') ? 'image/jpeg JPEGBaseline8Bit' : answer,
    ) as unknown as Answers,
    with: all('image/jpeg JPEGBaseline8Bit'),
  },
]

const instances: readonly Case[] = [
  {
    client: 'Weasis',
    accept: 'multipart/related;type="application/dicom";transfer-syntax=*',
    without: asStored,
    with: asStored,
  },
  {
    client: 'Slicer and dicomweb-client: Explicit VR Little Endian but for what is lossy',
    accept: related('application/dicom'),
    without: [native, native, ...stored.slice(2)] as unknown as Answers,
    with: [native, native, native, native, 'JPEGBaseline8Bit', native, native],
  },
  {
    client: 'uncompressed by name',
    accept: related('application/dicom', '1.2.840.10008.1.2.1'),
    without: [native, native, no, no, no, no, no],
    with: all(native),
  },
  {
    client: 'JPEG-LS, or else whatever there is',
    accept: `${related('application/dicom', '1.2.840.10008.1.2.4.80')}, ${related('application/dicom', '*')}; q=0.1`,
    without: asStored,
    with: all('JPEGLSLossless'),
  },
  {
    client: 'Implicit VR, which nobody gets who does not insist',
    accept: related('application/dicom', '1.2.840.10008.1.2'),
    without: ['ImplicitVRLittleEndian', 'ImplicitVRLittleEndian', no, no, no, no, no],
    with: all('ImplicitVRLittleEndian'),
  },
]

describe.each([
  ['frames', frames],
  ['instances', instances],
] as const)('%s', (of, cases) => {
  test.each(cases.map((each) => [each.client, each] as const))('%s', (_, { accept, without, with: transcoded }) => {
    const answers = (can: CanTranscode) => stored.map((syntax) => select(accept, formsOf(of, syntax, can)))
    const short = (answer: string) => (of === 'instances' && answer !== no ? `application/dicom ${answer}` : answer)
    expect(answers(cannotTranscode)).toEqual(without.map(short))
    expect(answers(everything)).toEqual(transcoded.map(short))
  })
})

const packagings: readonly Packaging[] = ['multipart', 'single']

function formsOf(of: 'frames' | 'instances', syntax: Syntax, can: CanTranscode): readonly AvailableMediaType[] {
  const { uid, encapsulated } = transferSyntaxes[syntax]
  if (of === 'instances') return availableInstanceMediaTypes(uid, packagings, can)
  return availablePixelDataMediaTypes(uid, encapsulated, packagings, can)
}

function select(accept: string | undefined, available: readonly AvailableMediaType[]): string {
  const selected = selectMediaType(parseAcceptableMediaTypes({ url: '/x', headers: { accept } }), available)
  if (selected === undefined) return no
  const { uid } = lookupTransferSyntax(selected.available.transferSyntax ?? '') ?? {}
  const [name = ''] = Object.entries(transferSyntaxes).find(([, row]) => row.uid === uid) ?? []
  return `${selected.mediaType} ${name}`
}
