import { afterEach, describe, expect, test } from '@jest/globals'
import type { Authorization } from '@sansfilm/core'
import type { Condition } from '@sansfilm/core/adapters'
import { tags } from '@sansfilm/dicom'
import { search, storeSearchStudies, studies, valuesIn } from './support/search-archive.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

let archive: TestArchive
let answer: Authorization = true

/** Stores as one who may do everything, then searches as one who may not. */
async function startFor(allowed: Authorization): Promise<void> {
  answer = true
  archive = await startTestArchive({ authorize: () => answer })
  await storeSearchStudies(archive)
  answer = allowed
}

afterEach(async () => {
  await archive.close()
})

const patientIs = (...ids: readonly string[]): Condition => ({
  level: 'study',
  path: [tags.PatientID],
  vr: 'LO',
  match: { type: 'values', values: ids },
})
const isCt: Condition = {
  level: 'series',
  path: [tags.Modality],
  vr: 'CS',
  match: { type: 'values', values: ['CT'] },
}

const everySearch = ['/studies', '/series', '/instances', `/studies/${studies.thorax}/series`, '/instances?Modality=CT']

describe('a search is filtered by what its asker may see, never refused', () => {
  test('who may see nothing finds nothing', async () => {
    await startFor(false)
    for (const path of everySearch) {
      const { status, headers } = await search(archive, path)
      expect(status).toBe(204)
      expect(headers.get('warning')).toBeNull()
    }
  })

  test('what is hidden is neither found nor counted, however it is asked for', async () => {
    await startFor({ visible: [[patientIs('P1')], [patientIs('P_4')]] })
    expect(valuesIn((await search(archive, '/studies')).found, tags.PatientID)).toEqual(['P1', 'P_4'])
    const { headers } = await search(archive, '/series?limit=1')
    expect(headers.get('warning')).toContain('There are 3 additional results')
    for (const path of [
      `/studies?StudyInstanceUID=${studies.head}`,
      `/studies/${studies.head}/series`,
      `/studies/${studies.head}/series/${studies.head}.1/instances`,
      '/instances?PatientID=PX4',
      '/studies?offset=2',
      '/studies?ModalitiesInStudy=MR',
    ])
      expect((await search(archive, path)).status).toBe(204)
    expect((await search(archive, '/studies?PatientID=PX4&limit=0')).headers.get('warning')).toBeNull()
  })

  test('a study is seen as a whole, so that its counts tell of nothing hidden', async () => {
    // A condition below the study would show the CT series and count the report beside it.
    await startFor({ visible: [[patientIs('P1'), isCt]] })
    for (const path of everySearch) expect((await search(archive, path)).status).toBe(204)
    expect((await fetch(`${archive.root}/studies/${studies.thorax}/metadata`)).status).toBe(404)
  })

  test('an empty list of groups hides all', async () => {
    await startFor({ visible: [] })
    for (const path of everySearch) expect((await search(archive, path)).status).toBe(204)
  })
})
