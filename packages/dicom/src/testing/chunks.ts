/** The bytes in pieces, as a socket might give them. */
export function* chunksOf(bytes: Buffer, size = 65_536): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
