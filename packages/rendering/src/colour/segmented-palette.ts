const discrete = 0
const linear = 1
const indirect = 2

/**
 * The entries that segments stand for, `count` at most; as far as they go where they are cut off.
 * @see PS3.3 §C.7.9.2
 */
export function expandSegments(segments: Uint8Array | Uint16Array, count: number): Uint16Array {
  const entries = new Uint16Array(count)
  let filled = 0
  const put = (value: number): void => {
    if (filled < count) entries[filled++] = value
  }

  /** One segment; returns where the next begins, or `undefined` where there is no whole segment. */
  const expand = (at: number, isCopied: boolean): number | undefined => {
    const opcode = segments[at]
    const length = segments[at + 1]
    if (length === undefined) return undefined
    if (opcode === discrete) {
      for (const value of segments.subarray(at + 2, at + 2 + length)) put(value)
      return at + 2 + length
    }
    if (opcode === linear) {
      const to = segments[at + 2]
      if (to === undefined) return undefined
      const from = filled === 0 ? to : (entries[filled - 1] as number) // filled > 0
      for (let i = 1; i <= length; i++) put(Math.round(from + ((to - from) * i) / length))
      return at + 3
    }
    // A copied segment is never itself a copy, so that there is no way round in a circle.
    if (opcode !== indirect || isCopied) return undefined
    const low = segments[at + 2]
    const high = segments[at + 3]
    if (low === undefined || high === undefined) return undefined
    // The offset counts bytes: two for each word of 16 bits.
    const offset = segments.BYTES_PER_ELEMENT === 2 ? (high * 65_536 + low) / 2 : high * 256 + low
    let source: number | undefined = offset
    for (let i = 0; i < length && source !== undefined; i++) source = expand(source, true)
    return at + 4
  }

  let at: number | undefined = 0
  while (at !== undefined && at < segments.length && filled < count) at = expand(at, false)
  return entries.subarray(0, filled)
}
