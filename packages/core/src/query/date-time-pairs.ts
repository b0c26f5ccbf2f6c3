import { lookupKeyword, lookupTag, type Tag } from '@sansfilm/dicom'

/** The time that goes with a date: Study Time with Study Date. */
export function timeTagOf(date: Tag): Tag | undefined {
  return counterpart(date, /Date$/, 'Time', 'TM')
}

/** The date that goes with a time. */
export function dateTagOf(time: Tag): Tag | undefined {
  return counterpart(time, /Time$/, 'Date', 'DA')
}

function counterpart(tag: Tag, end: RegExp, otherEnd: string, vr: 'DA' | 'TM'): Tag | undefined {
  const keyword = lookupTag(tag)?.keyword
  const other = keyword !== undefined && end.test(keyword) ? lookupKeyword(keyword.replace(end, otherEnd)) : undefined
  return other?.vr === vr ? other.tag : undefined
}
