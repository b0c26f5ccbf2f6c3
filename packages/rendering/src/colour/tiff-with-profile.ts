/** Tag, type and values of a field of a TIFF file. */
type Field = readonly [tag: number, type: 3 | 4 | 7, values: readonly number[] | Uint8Array]

const bytesOfType = { 3: 2, 4: 4, 7: 1 } as const

/**
 * Uncompressed RGB samples of 16 bits in a TIFF file with an ICC profile: the way to tell libvips of which colours raw
 * samples are.
 * @param samples red, green, blue of each pixel
 */
export function tiffWithProfile(
  { width, height }: { readonly width: number; readonly height: number },
  samples: Uint8Array | Uint16Array,
  profile: Uint8Array,
): Buffer {
  const bits = samples.BYTES_PER_ELEMENT * 8
  const pixels = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const fields: readonly Field[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [bits, bits, bits]],
    [259, 3, [1]], // not compressed
    [262, 3, [2]], // RGB
    [273, 4, [0]], // where the pixels begin: known once the rest is laid out
    [277, 3, [3]],
    [278, 4, [height]],
    [279, 4, [pixels.length]],
    [284, 3, [1]], // samples of a pixel together
    [34675, 7, profile],
  ]
  const head = Buffer.alloc(8 + 2 + fields.length * 12 + 4)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(fields.length, 8)
  const outside: Buffer[] = []
  let end = head.length
  let pixelsAt = 0
  for (const [i, [tag, type, values]] of fields.entries()) {
    const at = 10 + i * 12
    const value = encode(type, values)
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(values.length, at + 4)
    if (tag === 273) pixelsAt = at + 8
    if (value.length <= 4) value.copy(head, at + 8)
    else {
      head.writeUInt32LE(end, at + 8)
      outside.push(value)
      end += value.length
    }
  }
  head.writeUInt32LE(end, pixelsAt)
  return Buffer.concat([head, ...outside, pixels])
}

/** Padded to an even length, where the next value may begin. */
function encode(type: Field[1], values: Field[2]): Buffer {
  const length = values.length * bytesOfType[type]
  const bytes = Buffer.alloc(length + (length % 2))
  values.forEach((value, i) => {
    bytes.writeUIntLE(value, i * bytesOfType[type], bytesOfType[type])
  })
  return bytes
}
