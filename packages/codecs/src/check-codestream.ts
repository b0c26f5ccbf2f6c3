import type { CodedFrame } from '@sansfilm/core/adapters'
import { type CodestreamDescription, describeCodestream } from '@sansfilm/dicom'
import { damaged } from './errors.ts'
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
  const disagree = (attribute: string, declared: number, found: number): void => {
    if (declared !== found) throw damaged(`${attribute} is ${declared}, in the codestream ${found}`)
  }
  disagree('Rows', description.rows, header.rows)
  disagree('Columns', description.columns, header.columns)
  disagree('Samples per Pixel', description.samplesPerPixel, header.samplesPerPixel)
  if (header.bitsStored > description.bitsAllocated) {
    throw damaged(`Bits Allocated is ${description.bitsAllocated}, samples of the codestream have ${header.bitsStored}`)
  }
  return header
}
