/** What became of one file. */
export interface FileOutcome {
  /** As the person who sent it knows it; for display only. Entries of a zip are `archive.zip/path/in/it`. */
  readonly name: string
  readonly status: FileStatus
  /** In plain words, for what is not stored; without patient data. */
  readonly reason?: string
}

/**
 * - `already-stored`: the same bytes were there before; a success.
 * - `skipped`: nothing anybody meant to store, such as a DICOMDIR or a file a desktop leaves behind; not a failure.
 */
export type FileStatus = 'stored' | 'already-stored' | 'refused' | 'skipped'

/** An outcome before the file's name is put to it. */
export type Verdict = Omit<FileOutcome, 'name'>

/** A verdict against the file. */
export function refused(reason: string): Verdict {
  return { status: 'refused', reason }
}

/** A file left out without blame. */
export function skipped(reason: string): Verdict {
  return { status: 'skipped', reason }
}
