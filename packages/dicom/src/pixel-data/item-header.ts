import { itemTags } from '../part10/header-bytes.ts'

/** Bytes of an item's tag and length, which are little endian wherever there is encapsulation (PS3.5 §A.4). */
export const itemHeaderSize = 8

/** The length of the item whose header lies at `at`; `undefined` where there is none. */
export function readItemLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + itemHeaderSize > bytes.length) return undefined
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const tag = view.readUInt16LE(at) * 0x10000 + view.readUInt16LE(at + 2)
  return tag === itemTags.item ? view.readUInt32LE(at + 4) : undefined
}
