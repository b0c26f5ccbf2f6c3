import { generateUid, type TransferSyntax, transferSyntaxes } from '@sansfilm/dicom'
import { store } from './client.ts'
import type { Watch } from './scenario.ts'
import { makeObject, type TestObject } from './test-object.ts'

/** What clients have sent, and what they were told. */
export interface Ledger {
  /** By SOP Instance UID: everything that was ever on its way. */
  readonly sent: Map<string, TestObject>
  /** What the server has said it holds. */
  readonly acknowledged: Set<string>
}

const deflated = transferSyntaxes.DeflatedExplicitVRLittleEndian

/** Of larger instances; of small ones 8 KiB. */
const largeBytes = 6 * 1024 * 1024

/** How a client stores that is not alone. */
export interface StoreLoad {
  /** The beginning of the UIDs of its series. Default: one of its own. */
  readonly series?: string
  /** Told the status of an answer that does not acknowledge everything; by default, that violates. */
  readonly refused?: (status: number) => void
}

/**
 * One client that stores until the server has gone: small instances alone and several at once, larger ones, some of them
 * deflated, and now and then one again whose answer it never got.
 * @param studies to which instances are added
 */
export async function keepStoring(
  origin: string,
  ledger: Ledger,
  studies: readonly string[],
  { random, violated }: Watch,
  until: AbortSignal,
  {
    series = generateUid(),
    refused = (status) => violated(`a store under load was answered with ${status}`),
  }: StoreLoad = {},
): Promise<void> {
  const block = random.bytes(8192)
  const fresh = (bytes: number, transferSyntax?: TransferSyntax) => {
    const pixels = Buffer.alloc(bytes, block)
    pixels.writeUInt32LE(random.below(2 ** 32))
    return makeObject({
      study: random.pick(studies),
      series: `${series}.${random.below(3)}`,
      pixels,
      ...(transferSyntax && { transferSyntax }),
    })
  }
  while (!until.aborted) {
    const kind = random.next()
    const lost = [...ledger.sent.values()].filter(({ instance }) => !ledger.acknowledged.has(instance))
    const objects =
      kind < 0.4
        ? [fresh(8192, random.pick([undefined, deflated]))]
        : kind < 0.75
          ? Array.from({ length: 2 + random.below(6) }, () => fresh(8192))
          : kind < 0.9 || lost.length === 0
            ? [fresh(largeBytes, random.pick([undefined, deflated]))]
            : [random.pick(lost)]
    for (const object of objects) ledger.sent.set(object.instance, object)
    try {
      const { status, acknowledged } = await store(origin, objects)
      for (const instance of acknowledged) ledger.acknowledged.add(instance)
      if (acknowledged.length !== objects.length) refused(status)
    } catch {
      // No answer: the server has gone, or is about to.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
