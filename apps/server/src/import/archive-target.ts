import { createDicomweb } from '@sansfilm/core'
import { strikeOffUnkept } from '../back-filling.ts'
import { claimArchive } from '../claim-archive.ts'
import type { ArchiveConfig } from '../config.ts'
import { openArchive } from '../open-archive.ts'
import { dicomwebTarget } from './dicomweb-target.ts'
import type { OpenTarget } from './store-target.ts'

/** The archive in a data folder, made where there is none; a server may have it open. @throws StartError */
export async function openArchiveTarget(config: ArchiveConfig): Promise<OpenTarget> {
  const archive = await openArchive(config, 'create')
  await claimArchive(archive)
  await strikeOffUnkept(archive)
  const { storage, index, onConflict, extraAttributes } = archive
  const dicomweb = createDicomweb({ storage, index, onConflict, extraAttributes })
  return { target: dicomwebTarget(dicomweb, { serviceRoot: 'http://localhost' }), close: () => archive.close() }
}
