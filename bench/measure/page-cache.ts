import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Makes the kernel forget the files of a folder, so that they are read from the disk: `dd` with `nocache` and nothing to
 * copy is `posix_fadvise(DONTNEED)` of a whole file, which Node has no call for.
 */
export async function dropPageCache(folder: string): Promise<void> {
  const drop = ['sh', '-c', 'for file; do dd if="$file" iflag=nocache count=0 status=none; done', 'sh', '{}', '+']
  await promisify(execFile)('sync', ['-f', folder])
  await promisify(execFile)('find', [folder, '-ignore_readdir_race', '-type', 'f', '-size', '+64k', '-exec', ...drop])
}
