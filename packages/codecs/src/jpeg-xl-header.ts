import type { CodestreamDescription } from '@sansfilm/dicom'

/** What the header of a JPEG XL image says of its samples. */
export type JpegXlHeader = Pick<CodestreamDescription, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsStored'>

/** Reads numbers from the least significant bit of each byte on (ISO/IEC 18181-1 §B.2). */
class BitReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @throws RangeError past the end */
  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('The header is cut off')
      if ((byte >> (this.#at & 7)) & 1) value += 2 ** i
    }
    return value
  }

  bool(): boolean {
    return this.bits(1) === 1
  }

  /** `U32`: one of four forms, each so many bits and a number added to them. */
  u32(...forms: readonly (readonly [bits: number, offset: number])[]): number {
    const [bits, offset] = forms[this.bits(2)] as readonly [number, number] // there are four
    return this.bits(bits) + offset
  }
}

/**
 * Reads the header of a JPEG XL codestream, also within its container.
 * @returns `undefined` where there is none, or what DICOM has no room for: floating point, animation, previews, alpha
 * @see ISO/IEC 18181-1 Annex D, 18181-2 §9
 */
export function readJpegXlHeader(bytes: Uint8Array): JpegXlHeader | undefined {
  try {
    const codestream = findCodestream(bytes)
    return codestream && readHeader(new BitReader(codestream))
  } catch (error) {
    if ((error as Error).name === 'RangeError') return undefined // by name, as of another realm under Jest
    throw error
  }
}

/** After the signature, or the boxes before `jxlc` or the first `jxlp`, which begins with its number. */
function findCodestream(bytes: Uint8Array): Uint8Array | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.readUInt16BE(0) === 0xff0a) return view.subarray(2)
  for (let at = 0; ; ) {
    const length = view.readUInt32BE(at)
    const type = view.toString('latin1', at + 4, at + 8)
    const header = length === 1 ? 16 : 8
    if (type === 'jxlc') return view.subarray(at + header + 2)
    if (type === 'jxlp') return view.subarray(at + header + 4 + 2)
    const boxLength = length === 1 ? Number(view.readBigUInt64BE(at + 8)) : length
    if (boxLength < header) return undefined
    at += boxLength
  }
}

function readHeader(reader: BitReader): JpegXlHeader | undefined {
  const size = readSize(reader)
  // ImageMetadata: all default is 8 bits of RGB.
  if (reader.bool()) return { ...size, samplesPerPixel: 3, bitsStored: 8 }
  if (reader.bool()) {
    reader.bits(3) // orientation
    if (reader.bool()) readSize(reader) // intrinsic size
    if (reader.bool() || reader.bool()) return undefined // preview, animation
  }
  if (reader.bool()) return undefined // floating point samples
  const bitsStored = reader.u32([0, 8], [0, 10], [0, 12], [6, 1])
  reader.bool() // whether 16 bits are enough to decode
  if (reader.u32([0, 0], [0, 1], [4, 2], [12, 1]) > 0) return undefined // extra channels
  reader.bool() // whether colours are XYB
  const samplesPerPixel = !reader.bool() && readColourSpace(reader) === gray ? 1 : 3
  return { ...size, samplesPerPixel, bitsStored }
}

/** Of ColourSpace. */
const gray = 1

function readColourSpace(reader: BitReader): number {
  reader.bool() // whether an ICC profile follows
  return reader.u32([0, 0], [0, 1], [4, 2], [6, 18])
}

/** Widths that have a name, as parts of the height. */
const ratios: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
]

function readSize(reader: BitReader): { readonly rows: number; readonly columns: number } {
  const isMultipleOf8 = reader.bool()
  const side = (): number => (isMultipleOf8 ? (reader.bits(5) + 1) * 8 : reader.u32([9, 1], [13, 1], [18, 1], [30, 1]))
  const rows = side()
  const ratio = ratios[reader.bits(3) - 1]
  return { rows, columns: ratio === undefined ? side() : Math.floor((rows * ratio[0]) / ratio[1]) }
}
