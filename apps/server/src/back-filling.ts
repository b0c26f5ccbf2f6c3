import { type BackFillReport, backFill } from '@sansfilm/core'
import type { ExtraAttributes } from '@sansfilm/core/adapters'
import type { Logger } from 'pino'
import type { Archive } from './open-archive.ts'
import { type BackgroundOptions, runExclusively } from './run-exclusively.ts'

/** Log lines of one back-fill come no closer than this. */
const progressMs = 10_000

/**
 * Brings what is stored already up to the attributes that are configured now, while requests are served. Until it has,
 * those attributes match only what was stored since.
 */
export async function backFillArchive(archive: Archive, options: BackgroundOptions): Promise<void> {
  const { extraAttributes, index } = archive
  const { log, signal } = options
  const onProgress = logProgress(log)
  await runExclusively(archive, 'back-fill', options, () => backFill(index, { extraAttributes, onProgress, signal }))
}

/**
 * To be called before storing without a server: attributes that the index has, and this process is not told to keep, will
 * be missing from what it stores. They are struck off the index's record, and the next server that wants them fills them in.
 */
export async function strikeOffUnkept({ index, extraAttributes: kept }: Archive): Promise<void> {
  const known = await index.extraAttributes()
  if (known === undefined) return
  const both = (level: keyof ExtraAttributes) => {
    const paths = new Set(kept[level].map((path) => path.join('.')))
    return known[level].filter((path) => paths.has(path.join('.')))
  }
  const left = { study: both('study'), series: both('series'), instance: both('instance') }
  const fewer = (['study', 'series', 'instance'] as const).some((level) => left[level].length < known[level].length)
  if (fewer) await index.setExtraAttributes(left)
}

/** Says nothing where there was nothing to do. */
function logProgress(log: Logger): (report: BackFillReport) => void {
  let next: number | undefined
  return ({ instances, complete }) => {
    if (complete) log.info({ instances }, 'back-filled')
    else if (next === undefined) log.info('back-filling: attributes were configured after instances were stored')
    else if (performance.now() >= next) log.info({ instances }, 'back-filling')
    else return
    next = performance.now() + progressMs
  }
}
