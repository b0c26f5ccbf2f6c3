/** What the bytes of a fragment say of the codestream they are a piece of. */
export interface FragmentMarks {
  readonly startsCodestream: boolean
  /** It ends with the marker that ends a codestream, and a byte that makes it even. */
  readonly endsPadded: boolean
}

/** Most objects have no fragments, and a typed array takes longer to make than an element to read. */
const none = new Float64Array(0)

/** The fragments of encapsulated pixel data, 16 bytes each, whatever their number. */
export class FragmentList {
  #count = 0
  /** Negative where a codestream ends in a byte of padding. */
  #offsets = none
  /** Negative where a codestream begins, so that one array does. */
  #lengths = none

  get count(): number {
    return this.#count
  }

  add(offset: number, length: number, { startsCodestream, endsPadded }: FragmentMarks): void {
    if (this.#count === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets)
      this.#lengths = doubled(this.#lengths)
    }
    this.#offsets[this.#count] = endsPadded ? -offset : offset
    this.#lengths[this.#count++] = startsCodestream ? -length : length
  }

  /** Of the first byte of the value of fragment `i`, from 0. */
  offset(i: number): number {
    return Math.abs(this.#offsets[i] as number)
  }

  length(i: number): number {
    return Math.abs(this.#lengths[i] as number)
  }

  startsCodestream(i: number): boolean {
    return (this.#lengths[i] as number) < 0
  }

  endsPadded(i: number): boolean {
    return (this.#offsets[i] as number) < 0
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(array.length * 2, 16))
  larger.set(array)
  return larger
}

/** Bytes of a fragment that `startsCodestream` looks at. */
export const codestreamStartLength = 12

const starts: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff], // SOI and a marker: JPEG, JPEG-LS
  [0xff, 0x4f, 0xff, 0x51], // SOC, SIZ: JPEG 2000, HTJ2K
  [0xff, 0x0a], // JPEG XL codestream
  [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a], // JP2 file
  [0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a], // JPEG XL file
]

/** Whether a fragment begins with the start of a compressed image: another frame, then, not more of the one before. */
export function startsCodestream(bytes: Uint8Array): boolean {
  return starts.some((start) => start.every((byte, i) => bytes[i] === byte))
}
