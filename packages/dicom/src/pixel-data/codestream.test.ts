import { describe, expect, it } from '@jest/globals'
import { tags } from '../dictionary/dictionary.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import { describeCodestream, missingPixelDescription } from './codestream.ts'

/** SOI, an application segment, one frame header, one scan header. */
function jpeg(marker: number, components: number, scanParameter: number): Uint8Array {
  const componentBytes = Array.from({ length: components }, () => [1, 0x11, 0]).flat()
  const scanComponents = Array.from({ length: components }, () => [1, 0]).flat()
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc0],
    ...[0xff, marker, 0, 8 + 3 * components, 12, 0x01, 0x00, 0x02, 0x00, components, ...componentBytes],
    ...[0xff, 0xda, 0, 6 + 2 * components, components, ...scanComponents, scanParameter, 0, 0],
  ])
}

function jpeg2000(options: { highThroughput?: boolean; reversible: boolean; components: number }): Uint8Array {
  const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  const size = [
    ...[options.highThroughput ? 0x40 : 0, 0],
    ...[...u32(70), ...u32(50), ...u32(6), ...u32(2), ...u32(64), ...u32(64), ...u32(0), ...u32(0)],
    ...[0, options.components, ...Array.from({ length: options.components }, () => [0x8b, 1, 1]).flat()],
  ]
  return Uint8Array.from([
    ...[0xff, 0x4f, 0xff, 0x51, 0, size.length + 2, ...size],
    ...[0xff, 0x52, 0, 12, 0, 0, 0, 1, options.components > 1 ? 1 : 0, 5, 4, 4, 0, options.reversible ? 1 : 0],
    ...[0xff, 0x90, 0, 10],
  ])
}

describe('describeCodestream', () => {
  it.each([
    ['baseline', jpeg(0xc0, 3, 0), transferSyntaxes.JPEGBaseline8Bit],
    ['extended', jpeg(0xc1, 1, 0), transferSyntaxes.JPEGExtended12Bit],
    ['lossless, predictor 1', jpeg(0xc3, 1, 1), transferSyntaxes.JPEGLosslessSV1],
    ['lossless, predictor 6', jpeg(0xc3, 1, 6), transferSyntaxes.JPEGLossless],
    ['JPEG-LS', jpeg(0xf7, 1, 0), transferSyntaxes.JPEGLSLossless],
    ['JPEG-LS near', jpeg(0xf7, 1, 2), transferSyntaxes.JPEGLSNearLossless],
    ['JPEG 2000 reversible', jpeg2000({ reversible: true, components: 1 }), transferSyntaxes.JPEG2000Lossless],
    ['JPEG 2000 irreversible', jpeg2000({ reversible: false, components: 3 }), transferSyntaxes.JPEG2000],
    ['HTJ2K', jpeg2000({ reversible: true, components: 1, highThroughput: true }), transferSyntaxes.HTJ2KLossless],
  ])('tells the transfer syntax of %s', (_, bytes, transferSyntax) => {
    expect(describeCodestream(bytes)?.transferSyntax).toBe(transferSyntax)
  })

  it('reads size, depth and colour', () => {
    expect(describeCodestream(jpeg(0xc0, 3, 0))).toMatchObject({
      rows: 256,
      columns: 512,
      samplesPerPixel: 3,
      bitsStored: 12,
      photometricInterpretation: 'YBR_FULL_422',
    })
    expect(describeCodestream(jpeg2000({ reversible: true, components: 3 }))).toMatchObject({
      rows: 48,
      columns: 64,
      bitsStored: 12,
      signed: true,
      photometricInterpretation: 'YBR_RCT',
    })
  })

  it('believes an Adobe marker, or identifiers, of its colours', () => {
    const adobe = (transform: number) =>
      Buffer.concat([
        Buffer.from('ffd8ffee000e', 'hex'),
        Buffer.from('Adobe'),
        Buffer.of(0, 100, 0, 0, 0, 0, transform),
        jpeg(0xc0, 3, 0).subarray(2),
      ])
    const named = Buffer.from(jpeg(0xc0, 3, 0))
    for (const [i, letter] of ['R', 'G', 'B'].entries()) named.write(letter, 18 + 3 * i)
    const rgb = { namesColours: true, photometricInterpretation: 'RGB' }
    expect(describeCodestream(adobe(0))).toMatchObject(rgb)
    expect(describeCodestream(named)).toMatchObject(rgb)
    expect(describeCodestream(adobe(1))).toMatchObject({
      namesColours: true,
      photometricInterpretation: 'YBR_FULL_422',
    })
    expect(describeCodestream(jpeg(0xc0, 3, 0))).toMatchObject({ namesColours: false })
  })

  it('passes over fill bytes before a marker', () => {
    const bytes = Buffer.concat([Buffer.from('ffd8ffff', 'hex'), jpeg(0xc0, 1, 0).subarray(2)])
    expect(describeCodestream(bytes)?.rows).toBe(256)
  })

  it('tells components that are not alike', () => {
    const bytes = jpeg2000({ reversible: true, components: 3 })
    expect(describeCodestream(bytes)?.alikeComponents).toBe(true)
    bytes[47] = 2 // the second component has a sample for every second column
    expect(describeCodestream(bytes)?.alikeComponents).toBe(false)
  })

  it('knows nothing of other bytes, nor of a header that is cut off', () => {
    expect(describeCodestream(Buffer.from('not an image at all'))).toBeUndefined()
    expect(describeCodestream(jpeg(0xc0, 3, 0).subarray(0, 20))).toBeUndefined()
    expect(describeCodestream(new Uint8Array(0))).toBeUndefined()
  })
})

describe('missingPixelDescription', () => {
  it('adds what is absent and leaves what is there', () => {
    const description = describeCodestream(jpeg(0xc0, 1, 0))
    if (description === undefined) throw new Error('not described')
    const added = missingPixelDescription({ [tags.Rows]: { vr: 'US', Value: [99] } }, description)
    expect(added[tags.Rows]).toBeUndefined()
    expect(added[tags.Columns]).toEqual({ vr: 'US', Value: [512] })
    expect(added[tags.BitsAllocated]).toEqual({ vr: 'US', Value: [16] })
  })
})
