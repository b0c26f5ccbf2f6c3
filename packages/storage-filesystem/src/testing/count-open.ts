import { existsSync, readdirSync, readlinkSync } from 'node:fs'

/** Whether this system lists a process's descriptors. */
export const listsDescriptors = existsSync('/proc/self/fd')

/** How many descriptors this process has of what lies below a folder, or lay there before it was deleted. */
export function countOpen(directory: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(directory)
    } catch {
      return false // that of the listing itself
    }
  }).length
}
