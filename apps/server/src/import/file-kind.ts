/** What the first bytes of a file say it is. */
export type FileKind = 'dicom' | 'zip' | 'empty' | OtherKind

/** Files that people drop together with DICOM files, in the words of a refusal. */
export type OtherKind = (typeof otherKinds)[number]['kind'] | 'unknown'

/** Bytes needed to tell: the preamble and the prefix (PS3.10 §7.1). */
export const headLength = 132

const prefixOffset = 128
const prefix = 'DICM'

const otherKinds = [
  { kind: 'JPEG image', magic: '\xff\xd8\xff' },
  { kind: 'PNG image', magic: '\x89PNG' },
  { kind: 'GIF image', magic: 'GIF8' },
  { kind: 'PDF document', magic: '%PDF' },
  { kind: 'RAR archive', magic: 'Rar!' },
  { kind: '7-Zip archive', magic: '7z\xbc\xaf' },
  { kind: 'gzip file', magic: '\x1f\x8b' },
  { kind: 'program', magic: 'MZ' },
  { kind: 'program', magic: '\x7fELF' },
] as const

/** Local file header, or the end record of an empty zip. */
const zipMagics = ['PK\x03\x04', 'PK\x05\x06']

/** @param head the first `headLength` bytes, or all of a shorter file */
export function kindOfHead(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty'
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  if (text.startsWith(prefix, prefixOffset)) return 'dicom'
  if (zipMagics.some((magic) => text.startsWith(magic))) return 'zip'
  return otherKinds.find(({ magic }) => text.startsWith(magic))?.kind ?? 'unknown'
}

const litterNames = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

/**
 * Why a file of this name is nobody's image, or `undefined` where it may be one. Desktops leave such files in folders and
 * zips; a DICOMDIR is the table of contents of a medium (PS3.10 §8.6), and its images are files of their own.
 */
export function whySkipped(name: string): string | undefined {
  const segments = name.split(/[/\\]/)
  const base = segments.at(-1)?.toLowerCase() ?? ''
  if (base === 'dicomdir') return 'A DICOMDIR only lists the images of a medium; the images themselves are read'
  if (segments.includes('__MACOSX') || base.startsWith('._') || litterNames.has(base)) {
    return 'Left behind by a desktop, not an image'
  }
  return undefined
}
