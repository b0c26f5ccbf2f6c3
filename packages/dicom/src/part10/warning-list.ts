import type { TagPath } from '../tag.ts'
import type { Part10Warning } from './parsed-instance.ts'

/** More say no more, and would take memory at the sender's will. */
const maxWarnings = 100

/** Warnings of one instance. */
export class WarningList {
  readonly #warnings: Part10Warning[] = []

  add(path: () => TagPath, problem: string): void {
    if (this.#warnings.length < maxWarnings) this.#warnings.push({ path: path(), problem })
    else if (this.#warnings.length === maxWarnings)
      this.#warnings.push({ path: [], problem: 'There are more warnings' })
  }

  get all(): readonly Part10Warning[] {
    return this.#warnings
  }
}
