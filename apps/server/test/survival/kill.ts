import { join } from 'node:path'
import { generateUid } from '@sansfilm/dicom'
import { runSansfilm, startArchive } from './archive-process.ts'
import { archiveFiles, deflatedIn, loseIndex, packedIn, sweepAll, withFolder } from './data-folder.ts'
import type { Scenario, Watch } from './scenario.ts'
import { keepStoring, type Ledger } from './store-load.ts'
import { answersOf, checkWhole } from './whole-archive.ts'

/** kill -9 at any moment, in a loop, under load. */
export const kill: Scenario<{ rounds: number; clients: number; longestMs: number }> = {
  name: 'kill',
  title: 'kill -9 under load loses nothing that was acknowledged',
  short: { rounds: 4, clients: 4, longestMs: 1200 },
  long: { rounds: 100, clients: 8, longestMs: 4000 },
  run: ({ rounds, clients, longestMs }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      const ledger: Ledger = { sent: new Map(), acknowledged: new Set() }
      const studies = Array.from({ length: 3 }, () => generateUid())
      let found = 0
      for (let round = 1; round <= rounds; round++) {
        // Now and then while it starts, too.
        if (watch.random.next() < 0.3) await startArchive(data, watch, [], watch.random.below(1200))
        const server = await startArchive(data, watch)
        found = await checkWhole(server.origin, ledger.sent, ledger.acknowledged, watch, 200)
        const gone = new AbortController()
        const load = Array.from({ length: clients }, () =>
          keepStoring(server.origin, ledger, studies, watch, gone.signal),
        )
        await new Promise((resolve) => setTimeout(resolve, 100 + watch.random.below(longestMs)))
        await server.kill()
        gone.abort()
        await Promise.all(load)
        watch.progress(`killed ${round} times, ${ledger.acknowledged.size} instances acknowledged`)
      }
      const leftovers = await checkAftermath(data, ledger, watch)
      const { size: acknowledged } = ledger.acknowledged
      return { rounds, sent: ledger.sent.size, acknowledged, foundAtLastStart: found, ...leftovers }
    }),
}

/** What the last kill left: swept, verified, and rebuilt from the objects alone. */
async function checkAftermath(data: string, ledger: Ledger, watch: Watch): Promise<Record<string, number>> {
  const server = await startArchive(data, watch)
  const found = await checkWhole(server.origin, ledger.sent, ledger.acknowledged, watch)
  const before = await answersOf(server.origin)
  await server.stop()

  const { unfinished, removed } = await sweepAll(data)
  const { objects, incoming } = await archiveFiles(data)
  const inflated = objects.filter((path) => path.endsWith('.inflated')).length
  const deflated = (await deflatedIn(data)).length
  const packed = await packedIn(data)
  const own = objects.filter((path) => !path.includes('.pack') && !path.endsWith('.inflated')).length
  if (own + packed !== found || inflated !== deflated) {
    watch.violated(
      `${own} objects of their own after the sweep and ${inflated} inflated, for ${found} instances, ` +
        `${packed} of them in packs and ${deflated} deflated`,
    )
  }
  if (incoming.length !== 0) watch.violated(`${incoming.length} unfinished files after the sweep`)

  await expectSuccess(['verify', '--data', data], watch)
  await loseIndex(data)
  await expectSuccess(['reindex', '--data', data], watch)
  const again = await startArchive(data, watch)
  const after = await answersOf(again.origin)
  for (const [resource, matches] of before) {
    if (matches !== after.get(resource)) watch.violated(`${resource} is answered otherwise after reindex`)
  }
  await again.stop()
  return { found, deflated, sweptUnfinished: unfinished, sweptOrphans: removed }
}

async function expectSuccess(args: readonly string[], watch: Watch): Promise<void> {
  const { status, output } = await runSansfilm(args)
  if (status !== 0) watch.violated(`sansfilm ${args[0]} ended with ${status}: ${output.slice(0, 2000)}`)
}
