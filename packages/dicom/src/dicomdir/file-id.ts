/** The components of a File ID: up to eight, each up to eight of A-Z, 0-9 and underscore. @see PS3.10 §8.2, §8.5 */
export type FileId = readonly string[]

/** The name of the directory file itself. @see PS3.10 §8.6 */
export const dicomdirFileId: FileId = ['DICOMDIR']

/**
 * The File ID of an instance by its numbers, each from 1 in what is around it.
 * @example fileIdOf(1, 2, 3) // ['DICOM', 'ST000001', 'SE000002', 'IM000003']
 */
export function fileIdOf(study: number, series: number, instance: number): FileId {
  return ['DICOM', component('ST', study), component('SE', series), component('IM', instance)]
}

/** Whether every medium can hold a file of this ID. */
export function isFileId(fileId: FileId): boolean {
  return fileId.length >= 1 && fileId.length <= 8 && fileId.every((part) => /^[A-Z0-9_]{1,8}$/.test(part))
}

/** Seven digits where six are not enough. */
function component(prefix: string, number: number): string {
  const digits = String(number)
  return digits.length <= 6 ? prefix + digits.padStart(6, '0') : prefix.slice(0, 1) + digits.padStart(7, '0')
}
