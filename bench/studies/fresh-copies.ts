import { readFile } from 'node:fs/promises'
import type { MadeInstance } from './made-instance.ts'
import { nextUid } from './uids.ts'

/** A whole instance at hand. */
export interface FreshInstance {
  readonly study: string
  readonly series: string
  readonly instance: string
  readonly bytes: Buffer
}

/** All identifiers lie before the pixels. */
const headBytes = 16 * 1024

/** Copies of instances under UIDs that no server has seen, in turn as many as wanted, all of one series. */
export async function makeFreshCopies(
  originals: readonly MadeInstance[],
  count: number,
): Promise<readonly FreshInstance[]> {
  const contents = await Promise.all(originals.slice(0, count).map(({ path }) => readFile(path)))
  const [study, series] = [nextUid(), nextUid()]
  return Array.from({ length: count }, (_, n) => {
    const original = originals[n % contents.length] as MadeInstance // within
    const bytes = Buffer.from(contents[n % contents.length] as Buffer) // within
    const instance = nextUid()
    overwrite(bytes, original.study, study)
    overwrite(bytes, original.series, series)
    overwrite(bytes, original.instance, instance)
    return { study, series, instance, bytes }
  })
}

/** UIDs of a run are of one length. */
function overwrite(bytes: Buffer, from: string, to: string): void {
  const head = bytes.subarray(0, headBytes)
  for (let at = head.indexOf(from); at !== -1; at = head.indexOf(from, at + 1)) head.write(to, at, 'latin1')
}
