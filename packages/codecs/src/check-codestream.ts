import type { CodedFrame } from '@sansfilm/core/adapters'
import { type CodestreamDescription, describeCodestream, type PixelDescription } from '@sansfilm/dicom'
import { damaged } from './errors.ts'
import { assertCodable } from './frame-size.ts'
import { type Family, familyOf } from './syntaxes.ts'

/** Families a codestream may stand for: those of one decoder. */
const decoders: Readonly<Partial<Record<Family, string>>> = { 'jpeg-lossless': 'jpeg' }
const decoderOf = (family: Family | undefined): string | undefined => family && (decoders[family] ?? family)

/**
 * Reads the header of a codestream before anything is allocated for it.
 * Depth may differ within Bits Allocated: many writers code 12 bits as 16, or leave out bits that are always 0.
 * @throws AdapterError `damaged` where there is no header, or where it and the description disagree
 */
export function checkCodestream({ transferSyntax, description, bytes }: CodedFrame): CodestreamDescription {
  const header = describeCodestream(bytes)
  if (header === undefined) throw damaged('The frame has no readable codestream header')
  if (decoderOf(familyOf(header.transferSyntax.uid)) !== decoderOf(familyOf(transferSyntax))) {
    throw damaged(`The transfer syntax is ${transferSyntax}, the codestream ${header.transferSyntax.name}`)
  }
  assertAgreement(description, header)
  return header
}

/**
 * @throws AdapterError `damaged` with the first attribute that is another in the codestream; `unsupported` where the frame
 *   is too large for the libraries
 */
export function assertAgreement(
  description: PixelDescription,
  header: Pick<CodestreamDescription, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsStored'>,
): void {
  assertCodable(description)
  const compare = (attribute: string, declared: number, found: number): void => {
    if (declared !== found) throw damaged(`${attribute} is ${declared}, in the codestream ${found}`)
  }
  compare('Rows', description.rows, header.rows)
  compare('Columns', description.columns, header.columns)
  compare('Samples per Pixel', description.samplesPerPixel, header.samplesPerPixel)
  if (header.bitsStored > description.bitsAllocated) {
    throw damaged(`Bits Allocated is ${description.bitsAllocated}, samples of the codestream have ${header.bitsStored}`)
  }
}
