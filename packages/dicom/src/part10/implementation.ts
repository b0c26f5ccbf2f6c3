import type { Uid } from '../uid.ts'

/** Who wrote a file, as its file meta information says (PS3.10 Table 7.1-1). */
export const implementation: { readonly classUid: Uid; readonly versionName: string } = {
  classUid: '2.25.284009322890016301082277990430223382373',
  versionName: 'SANSFILM_1',
}
