const tileBytes = 1024 * 1024 + 4096 // no divisor of a frame, so that frames differ

/** Bytes that do not compress away, the same on each machine; made once. */
const tile = makeTile()

/** Noise of a length, beginning with a number of its own: no two frames of a study are the same. */
export function noise(length: number, n: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let from = (n * 7919 * 2) % tileBytes
  for (let at = 0; at < length; from = 0) at += tile.copy(bytes, at, from)
  if (length >= 4) bytes.writeUInt32LE(n)
  return bytes
}

/** The same in 12 bits of 16, as a scanner's detector gives it. */
export function noise12(length: number, n: number): Buffer {
  const bytes = noise(length, n)
  for (let i = 1; i < length; i += 2) bytes[i] = (bytes[i] as number) & 0x0f // below length
  return bytes
}

function makeTile(): Buffer {
  const bytes = Buffer.alloc(tileBytes)
  let state = 0x9e3779b9
  for (let i = 0; i < tileBytes; i += 4) {
    state ^= state << 13 // xorshift (Marsaglia 2003)
    state ^= state >>> 17
    state ^= state << 5
    bytes.writeInt32LE(state, i)
  }
  return bytes
}
