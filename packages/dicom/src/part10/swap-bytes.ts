/**
 * Changes the byte order of every whole unit of `bytes`, in place. What is left over at the end stays as it is.
 * @see PS3.5 §7.3
 */
export function swapInPlace(bytes: Uint8Array, unit: number): void {
  const whole = bytes.length - (bytes.length % unit)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, whole)
  if (unit === 2) view.swap16()
  else if (unit === 4) view.swap32()
  else if (unit === 8) view.swap64()
}

/** Swaps a value that comes in pieces: a unit may lie across two of them. */
export class UnitSwapper {
  readonly #unit: number
  #rest = Buffer.alloc(0)

  constructor(unit: number) {
    this.#unit = unit
  }

  /** The whole units of what has come, as a copy. */
  take(piece: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#rest, piece])
    const whole = bytes.length - (bytes.length % this.#unit)
    this.#rest = bytes.subarray(whole)
    const units = bytes.subarray(0, whole)
    swapInPlace(units, this.#unit)
    return units
  }

  /** What is left over where the value is no whole number of units. */
  rest(): Buffer {
    return this.#rest
  }
}
