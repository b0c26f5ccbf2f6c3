import { whySkipped } from './file-kind.ts'
import { refused, skipped } from './file-outcome.ts'
import { instanceUidOf } from './instance-uid.ts'
import type { MeasuredFile } from './source-file.ts'
import { type Finding, objectionTo, storeUnlessZip } from './store-file.ts'
import type { NamedObject, StoreTarget } from './store-target.ts'
import { UnreadableError } from './unreadable-error.ts'

/**
 * Reads small files and stores them in one transaction; what the target's answer does not tell of is stored alone.
 * @param memory holds all the files and a byte for each; it is in use until this resolves
 * @param tell called with each file once, as soon as it is known what becomes of it
 * @throws TargetError, and what reading a file throws but UnreadableError
 */
export async function storeTogether(
  files: readonly MeasuredFile[],
  target: StoreTarget,
  memory: Uint8Array,
  tell: (file: MeasuredFile, finding: Finding) => void,
  signal?: AbortSignal,
): Promise<void> {
  const together = new Map<string, NamedObject & { readonly file: MeasuredFile }>()
  const alone: MeasuredFile[] = []
  let offset = 0
  for (const file of files) {
    // One byte more than expected shows that a file has grown.
    const place = memory.subarray(offset, offset + file.length + 1)
    offset += place.length
    const found = await readSmall(file, place)
    if (found !== undefined && !(found instanceof Uint8Array)) {
      tell(file, found)
      continue
    }
    const instance = found && instanceUidOf(found)
    // The answer must tell each from the others.
    if (found === undefined || instance === undefined || together.has(instance)) alone.push(file)
    else together.set(instance, { file, instance, bytes: found })
  }
  const objects = [...together.values()]
  const verdicts = objects.length > 1 ? await target.storeTogether?.(objects, signal) : undefined
  for (const [n, { file }] of objects.entries()) {
    const verdict = verdicts?.[n]
    if (verdict === undefined) alone.push(file)
    else tell(file, verdict)
  }
  for (const file of alone) tell(file, await storeUnlessZip(file, target, signal))
}

/** The bytes to send, or what there is to say of the file unsent; `undefined` where it is not as long as was thought. */
async function readSmall(file: MeasuredFile, memory: Uint8Array): Promise<Finding | Uint8Array | undefined> {
  const litter = whySkipped(file.name)
  if (litter !== undefined) return skipped(litter)
  try {
    const length = await file.readInto(memory)
    if (length > file.length) return undefined
    const bytes = memory.subarray(0, length)
    return objectionTo(bytes) ?? bytes
  } catch (error) {
    if (error instanceof UnreadableError) return refused(error.message)
    throw error
  }
}
