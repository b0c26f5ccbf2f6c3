import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Bytes that a folder takes on the disk, blocks and all. */
export async function diskUse(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['-s', '--block-size=1', folder])
  return Number(stdout.split('\t')[0])
}
