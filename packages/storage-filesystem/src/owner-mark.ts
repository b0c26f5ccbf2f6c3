import { randomUUID } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnerMark } from '@sansfilm/core/adapters'
import { absent, attempt, unless } from './failures.ts'

/** The mark in a file below `directory` whose name is no key. */
export function ownerMark(directory: string): OwnerMark {
  const path = join(directory, '.owner')
  return {
    async read() {
      const text = await attempt('read the owner of the storage', unless(absent, readFile(path, 'utf8')))
      return text?.trim() || undefined
    },

    async write(owner) {
      const partial = join(directory, `.owner-${randomUUID()}`)
      const file = await attempt('write the owner of the storage', open(partial, 'wx', 0o640))
      try {
        await attempt('write the owner of the storage', file.writeFile(`${owner}\n`))
        await attempt('flush the owner of the storage', file.sync())
      } finally {
        await file.close()
      }
      await attempt('name the owner of the storage', rename(partial, path))
    },
  }
}
