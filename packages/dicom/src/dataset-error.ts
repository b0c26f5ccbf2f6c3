import { type TagPath, tagName } from './tag.ts'

/** Why something is no data set: it breaks a rule, or is larger or deeper than a limit allows. */
export type DatasetProblem = 'malformed' | 'too-large'

/** A data set that cannot be read or written. The message names the attribute by its path, never its value. */
export class DatasetError extends Error {
  readonly problem: DatasetProblem
  /** Of the attribute at fault; empty where it is the whole. */
  readonly path: TagPath

  constructor(problem: DatasetProblem, path: TagPath, message: string, options?: ErrorOptions) {
    super(path.length === 0 ? message : `${path.map(tagName).join('.')}: ${message}`, options)
    this.name = 'DatasetError'
    this.problem = problem
    this.path = path
  }
}
