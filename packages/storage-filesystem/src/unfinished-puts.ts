import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { opendir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt, unless } from './failures.ts'

/** The folder of files that are no objects yet: on the same file system, where no key leads. */
export class UnfinishedPuts {
  /** Files that were there at the start: of a process that was killed, or of another one that is at work. */
  readonly leftovers: number
  readonly #folder: string
  readonly #own = new Set<string>()

  /** @param folder exists */
  constructor(folder: string) {
    this.#folder = folder
    this.leftovers = readdirSync(folder).length
  }

  /** Runs `use` with the path of a new file, which no sweep of this process touches meanwhile, however long it takes. */
  async withNewFile<T>(use: (path: string) => Promise<T>): Promise<T> {
    const name = randomUUID()
    this.#own.add(name)
    try {
      return await use(join(this.#folder, name))
    } finally {
      this.#own.delete(name)
    }
  }

  /** Removes files of others that were last written before `before`. */
  async sweep(before: Date): Promise<{ readonly removed: number }> {
    let removed = 0
    for await (const entry of await attempt('open the folder of unfinished puts', opendir(this.#folder))) {
      if (this.#own.has(entry.name) || !entry.isFile()) continue
      const path = join(this.#folder, entry.name)
      const found = await attempt('look at an unfinished put', unless(['ENOENT'], stat(path)))
      if (found === undefined || found.mtime >= before) continue
      const gone = await attempt(
        'remove an unfinished put',
        unless(
          ['ENOENT'],
          unlink(path).then(() => true),
        ),
      )
      if (gone) removed++
    }
    return { removed }
  }
}
