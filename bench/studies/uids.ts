import { randomBytes } from 'node:crypto'

/** Of this run, so that nothing is stored already. */
const run = BigInt(`0x${randomBytes(6).toString('hex')}`)
let made = 0n

/** A UID of a length that is always the same, so that one can be written over another (PS3.5 §B.2). */
export function nextUid(): string {
  made++
  // 1 in front: a component has no leading zeros.
  return `2.25.1${run.toString().padStart(15, '0')}${made.toString().padStart(15, '0')}`
}
