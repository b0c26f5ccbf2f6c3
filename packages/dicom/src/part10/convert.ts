import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import type { Part10Limits } from './parsed-instance.ts'
import { rewritePart10 } from './rewrite.ts'

/** The transfer syntax of what `convertToExplicitVRLittleEndian` yields. */
export const convertedTransferSyntax: TransferSyntax = transferSyntaxes.ExplicitVRLittleEndian

/**
 * Re-encodes a Part 10 object in Implicit VR Little Endian, Explicit VR Big Endian or Deflated Explicit VR Little Endian as
 * Explicit VR Little Endian, while its bytes pass by. Text keeps its bytes and its character set, Pixel Data its samples.
 * @param limits as for `rewritePart10`
 * @throws Part10Error where the object cannot be read, or is encapsulated and so no matter of encoding alone
 * @see PS3.5 §A.1-A.5
 */
export function convertToExplicitVRLittleEndian(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: Partial<Pick<Part10Limits, 'maxInflatedBytes'>> = {},
): AsyncGenerator<Uint8Array> {
  return rewritePart10(source, { transferSyntax: convertedTransferSyntax }, limits)
}

/** Whether `convertToExplicitVRLittleEndian` re-encodes what is stored in this transfer syntax. */
export function isConvertible({ encapsulated }: TransferSyntax): boolean {
  return !encapsulated
}
