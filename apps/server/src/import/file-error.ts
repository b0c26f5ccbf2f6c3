const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'Not found',
  EACCES: 'No permission to read it',
  EPERM: 'No permission to read it',
  ELOOP: 'A link that leads back to itself',
  ENAMETOOLONG: 'The path is too long',
  EIO: 'The disk cannot read it',
}

/** The code of a failed file operation, as `ENOENT`; `undefined` for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('syscall' in error)) return undefined
  return String(error.code)
}

/** A failed file operation in plain words; a bug is thrown on. */
export function explainFileError(error: unknown): string {
  const code = fileErrorCode(error)
  if (code === undefined) throw error
  return explanations[code] ?? `Cannot be read (${code})`
}
