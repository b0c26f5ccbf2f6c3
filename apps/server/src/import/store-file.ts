import { headLength, kindOfHead, whySkipped } from './file-kind.ts'
import { refused, skipped, type Verdict } from './file-outcome.ts'
import { openPeeked, peekBytes } from './peek-bytes.ts'
import type { SourceFile } from './source-file.ts'
import type { StoreTarget } from './store-target.ts'
import { UnreadableError } from './unreadable-error.ts'

/** What becomes of a file: a verdict, or that it is a zip, whose files may be stored. */
export type Finding = Verdict | 'zip'

/**
 * One file, one outcome: looks at the name and the first 132 bytes, and hands what may be a DICOM file to the target.
 * @throws TargetError, and what reading the file throws but UnreadableError
 */
export async function storeFile(file: SourceFile, target: StoreTarget, signal?: AbortSignal): Promise<Verdict> {
  const finding = await storeUnlessZip(file, target, signal)
  return finding === 'zip' ? zipInZip : finding
}

/** Where nothing more is unpacked. */
export const zipInZip = refused('A zip inside a zip is not opened')

/** As `storeFile`, for who unpacks zips. */
export async function storeUnlessZip(file: SourceFile, target: StoreTarget, signal?: AbortSignal): Promise<Finding> {
  const litter = whySkipped(file.name)
  if (litter !== undefined) return skipped(litter)
  try {
    return await storeIfDicom(file, target, signal)
  } catch (error) {
    if (error instanceof UnreadableError) return refused(error.message)
    throw error
  }
}

async function storeIfDicom(file: SourceFile, target: StoreTarget, signal: AbortSignal | undefined): Promise<Finding> {
  const first = await peekBytes(untilAborted(file.open(), signal), headLength)
  try {
    const objection = objectionTo(first.head)
    if (objection !== undefined) return objection
    return await target.store(
      openPeeked(first, () => untilAborted(file.open(), signal)),
      signal,
    )
  } finally {
    // A target may have refused before it read anything.
    await first.release()
  }
}

/** Nothing is read on for a store that was given up; the target sees its source fail. */
async function* untilAborted(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    signal?.throwIfAborted()
    yield chunk
  }
}

/** Why bytes that begin so are not sent at all. */
export function objectionTo(head: Uint8Array): Finding | undefined {
  const kind = kindOfHead(head)
  switch (kind) {
    case 'dicom':
      return undefined
    case 'empty':
      return refused('The file is empty')
    case 'zip':
      return 'zip'
    case 'unknown':
      return refused('Not a DICOM file: the letters DICM are missing after the first 128 bytes')
    default:
      return refused(`Not a DICOM file: this is a ${kind}`)
  }
}
