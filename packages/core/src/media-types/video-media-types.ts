/** Bytes from the start of a video that tell its container. */
export const videoHeadLength = 400

/** Boxes that files of the ISO base media family begin with, or began with before `ftyp` was. */
const boxes: ReadonlySet<string> = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'sidx'])

/** A packet of an MPEG transport stream, and its first byte. */
const packetLength = 188
const packetSync = 0x47

/**
 * The media types that a stored video truly has, by its bytes, the first the one of its container. What a transfer syntax
 * stands for is how pictures are coded: H.264 in a transport stream is no `video/mp4`, and a player that is told so fails.
 * @param head the first `videoHeadLength` bytes
 * @param ofSyntax the media type of the transfer syntax (Table 8.7.3-5)
 * @returns none where the bytes are of no container, nor a stream of MPEG's own
 * @see PS3.18 §8.7.4, PS3.5 §8.2.5
 */
export function videoMediaTypesOf(head: Uint8Array, ofSyntax: string): readonly string[] {
  const found = containerOf(head, ofSyntax)
  if (found === undefined) return []
  // The others name the coding of pictures, which is true in any container.
  return [...new Set(ofSyntax === 'video/mp4' ? [found] : [found, ofSyntax])]
}

function containerOf(head: Uint8Array, ofSyntax: string): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
  if (boxes.has(bytes.toString('latin1', 4, 8)))
    return bytes.toString('latin1', 4, 12) === 'ftypqt  ' ? 'video/quicktime' : 'video/mp4'
  if (isTransportStream(bytes)) return 'video/mp2t'
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0x1a45dfa3) return 'video/matroska'
  const code = startCodeOf(bytes)
  if (code === undefined) return undefined
  // A pack of a program stream, and a sequence of MPEG-1 or MPEG-2.
  if (code === 0xba || code === 0xb3) return 'video/mpeg'
  return ofSyntax === 'video/mp4' ? 'video/h264' : ofSyntax
}

/** Packets follow each other without gaps, or with a time stamp of four bytes before each. */
function isTransportStream(bytes: Buffer): boolean {
  return [0, 4].some((stamp) => bytes[stamp] === packetSync && bytes[2 * stamp + packetLength] === packetSync)
}

/** The byte after the first start code, 00 00 01, of a stream that begins with one. */
function startCodeOf(bytes: Buffer): number | undefined {
  if (bytes[0] !== 0 || bytes[1] !== 0) return undefined
  return bytes[2] === 1 ? bytes[3] : bytes[2] === 0 && bytes[3] === 1 ? bytes[4] : undefined
}
