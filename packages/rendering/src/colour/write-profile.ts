import { decodeSample, type RgbSpace } from './rgb-space.ts'

/** White of the profile connection space: D50 (ISO 15076-1 §7.2.16). */
const white = [0.9642, 1, 0.82491] as const

/**
 * An ICC profile of version 2 for a space of three primaries: what the standard names, written from its numbers.
 * @see ISO 15076-1 §7, §8.3
 */
export function writeProfile(space: RgbSpace): Buffer {
  const curve = curveType(space)
  const [red, green, blue] = space.primaries
  const elements: readonly (readonly [signature: string, data: Buffer])[] = [
    ['desc', descriptionType(space.name)],
    ['cprt', Buffer.from('text\0\0\0\0No copyright, use freely\0', 'latin1')],
    ['wtpt', xyzType(white)],
    ['rXYZ', xyzType(red)],
    ['gXYZ', xyzType(green)],
    ['bXYZ', xyzType(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]
  const table = Buffer.alloc(4 + elements.length * 12)
  table.writeUInt32BE(elements.length, 0)
  const data: Buffer[] = []
  const places = new Map<Buffer, number>()
  let end = 128 + table.length
  for (const [i, [signature, element]] of elements.entries()) {
    const at = places.get(element) ?? end
    if (at === end) {
      const padded = Buffer.concat([element, Buffer.alloc((4 - (element.length % 4)) % 4)])
      places.set(element, at)
      data.push(padded)
      end += padded.length
    }
    table.write(signature, 4 + i * 12, 'latin1')
    table.writeUInt32BE(at, 8 + i * 12)
    table.writeUInt32BE(element.length, 12 + i * 12)
  }
  return Buffer.concat([header(end), table, ...data])
}

function header(length: number): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.writeUInt32BE(length, 0)
  bytes.writeUInt32BE(0x02400000, 8) // version 2.4
  bytes.write('mntrRGB XYZ ', 12, 'latin1')
  bytes.writeUInt16BE(2026, 24)
  bytes.writeUInt16BE(1, 26)
  bytes.writeUInt16BE(1, 28)
  bytes.write('acsp', 36, 'latin1')
  white.forEach((value, i) => {
    bytes.writeInt32BE(fixed(value), 68 + i * 4)
  })
  return bytes
}

function xyzType(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(20)
  bytes.write('XYZ ', 'latin1')
  values.forEach((value, i) => {
    bytes.writeInt32BE(fixed(value), 8 + i * 4)
  })
  return bytes
}

/** One exponent, or a table for a curve that is none. */
function curveType(space: RgbSpace): Buffer {
  const entries = space.gamma === undefined ? 1024 : 1
  const bytes = Buffer.alloc(12 + entries * 2)
  bytes.write('curv', 'latin1')
  bytes.writeUInt32BE(entries, 8)
  if (space.gamma !== undefined) bytes.writeUInt16BE(Math.round(space.gamma * 256), 12)
  else
    for (let i = 0; i < entries; i++)
      bytes.writeUInt16BE(Math.round(decodeSample(space, i / 1023) * 65_535), 12 + i * 2)
  return bytes
}

function descriptionType(name: string): Buffer {
  const bytes = Buffer.alloc(12 + name.length + 1 + 78)
  bytes.write('desc', 'latin1')
  bytes.writeUInt32BE(name.length + 1, 8)
  bytes.write(name, 12, 'latin1')
  return bytes
}

/** 16 bits before and after the point. */
function fixed(value: number): number {
  return Math.round(value * 65_536)
}
