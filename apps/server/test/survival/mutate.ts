import type { Random } from './random.ts'

/** A change that damages a file, more or less. */
type Mutation = (bytes: Buffer, random: Random) => Buffer

/** Where most of the structure is: the first bytes, more often than not. */
function place(bytes: Buffer, random: Random): number {
  return random.next() < 0.6 ? random.below(Math.min(bytes.length, 1500)) : random.below(bytes.length)
}

const mutations: readonly Mutation[] = [
  function truncate(bytes, random) {
    return bytes.subarray(0, place(bytes, random))
  },
  function flipBits(bytes, random) {
    for (let n = 1 + random.below(8); n > 0; n--) {
      const at = place(bytes, random)
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at)
    }
    return bytes
  },
  function setBytes(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at + 4)])
  },
  function insert(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(40)), bytes.subarray(at)])
  },
  function remove(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(40))])
  },
  function repeat(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random.below(400)))])
  },
  editLength,
  editLength,
]

/** Values that lengths are wrong with. */
const lengths = [0, 1, 2, 0x7fff, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** Writes a wrong length after something that looks like a VR, or anywhere. */
function editLength(bytes: Buffer, random: Random): Buffer {
  const start = place(bytes, random)
  const at = bytes
    .subarray(start)
    .toString('latin1')
    .search(/[A-Z]{2}/)
  if (at < 0 || start + at + 12 > bytes.length) return bytes.subarray(0, start)
  const length = random.next() < 0.5 ? random.pick(lengths) : random.below(bytes.length * 2)
  if (random.next() < 0.6) bytes.writeUInt16LE(length & 0xffff, start + at + 2)
  else bytes.writeUInt32LE(length, start + at + 4 * random.below(2) + 2)
  return bytes
}

/** A damaged copy: one change, sometimes several. */
export function mutate(sound: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(sound)
  for (let n = random.next() < 0.7 ? 1 : 1 + random.below(4); n > 0 && bytes.length > 1; n--) {
    bytes = Buffer.from(random.pick(mutations)(bytes, random))
  }
  return bytes
}
