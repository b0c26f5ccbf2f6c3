import { Part10Error } from './parsed-instance.ts'

/** What counts besides the bytes of a value: small things must not be free. In bytes, about what each takes in memory. */
export const costs = { element: 24, item: 24, bulkData: 200, undecided: 200, fragment: 16, value: 24 } as const

/** Values of up to this many bytes are too few to count. */
const manyValuesBytes = 65_536

/** Counts what one instance makes a reader keep. */
export class MetadataBudget {
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @throws Part10Error `too-large` beyond the limit */
  charge(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#maxBytes) {
      throw new Part10Error('too-large', `The metadata take more than ${this.#maxBytes} bytes`)
    }
  }

  /** For a text of several values: short ones among millions take more than their bytes. */
  chargeValues(text: Buffer): void {
    if (text.length <= manyValuesBytes) return
    for (let at = text.indexOf(0x5c); at !== -1; at = text.indexOf(0x5c, at + 1)) this.charge(costs.value)
  }
}
