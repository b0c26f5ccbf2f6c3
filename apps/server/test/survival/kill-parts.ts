import { sweep } from '@sansfilm/core'
import { generateUid } from '@sansfilm/dicom'
import { type CompactionPart, compactionPart } from '../scaled/compaction-part.ts'
import { openService } from '../scaled/open-service.ts'
import type { Part } from '../scaled/part.ts'
import { type ScaledArchive, startScaledArchive } from '../scaled/scaled-archive.ts'
import { runCommand } from '../support/server-process.ts'
import { checkLog } from './archive-process.ts'
import type { Scenario, Watch } from './scenario.ts'
import { keepStoring, type Ledger } from './store-load.ts'
import { answersOf, checkWhole } from './whole-archive.ts'

/**
 * kill -9 of what an archive of many processes is made of, at any moment, in a loop, under load, while a compaction merges what
 * the round before has stored.
 */
export const killParts: Scenario<{ rounds: number; clients: number; longestMs: number; servers: number }> = {
  name: 'kill-parts',
  title:
    'kill -9 of servers, of PostgreSQL, of MinIO and of compactions under load loses nothing that was acknowledged',
  short: { rounds: 4, clients: 3, longestMs: 800, servers: 2 },
  long: { rounds: 60, clients: 6, longestMs: 4000, servers: 3 },
  async run({ rounds, clients, longestMs, servers }, watch) {
    const archive = await startScaledArchive({ apps: servers, env: { SANSFILM_PIXEL_THREADS: '1' } })
    try {
      const ledger: Ledger = { sent: new Map(), acknowledged: new Set() }
      const studies = Array.from({ length: 3 }, () => generateUid())
      const compaction = compactionPart(archive.env)
      const kills = { server: 0, database: 0, objects: 0, compaction: 0 }
      const refusals: Record<string, number> = {}
      for (let round = 1; round <= rounds; round++) {
        const enough = new AbortController()
        // All clients store into the same series, so that each has what it takes to be merged; and after this round nobody does.
        const series = generateUid()
        const refused = (status: number) => {
          refusals[status] = (refusals[status] ?? 0) + 1
          if (!foreseen.includes(status)) watch.violated(`a store under load was answered with ${status}`)
        }
        const load = Array.from({ length: clients }, () =>
          keepStoring(archive.origin, ledger, studies, watch, enough.signal, { series, refused }),
        )
        await pause(100 + watch.random.below(longestMs / 2))
        await compaction.start()
        await pause(watch.random.below(longestMs / 2))
        // The first are one of each; then as it falls, and sometimes two at once.
        const victims = victimsOf(archive, compaction, round <= 4 ? round % 4 : watch.random.below(7), watch)
        for (const { kind } of victims) kills[kind]++
        await Promise.all(victims.map(({ part }) => part.kill()))
        await pause(watch.random.below(longestMs))
        for (const { part } of victims) await startAgain(part)
        await becomesReady(archive)
        await pause(watch.random.below(500))
        enough.abort()
        await Promise.all(load)
        const failure = await compaction.ended()
        const isForeseen = victims.some(({ kind }) => kind === 'database' || kind === 'objects')
        if (failure !== undefined && !isForeseen) watch.violated(`a compaction failed: ${failure.slice(0, 1000)}`)
        await checkWhole(archive.origin, ledger.sent, ledger.acknowledged, watch, 100)
        watch.progress(`killed ${JSON.stringify(kills)}, ${ledger.acknowledged.size} instances acknowledged`)
      }
      await compaction.start()
      const failure = await compaction.ended()
      if (failure !== undefined) watch.violated(`the last compaction failed: ${failure.slice(0, 1000)}`)
      const found = await checkWhole(archive.origin, ledger.sent, ledger.acknowledged, watch)
      const swept = await checkAftermath(archive, found, watch)
      for (const { output } of archive.apps) checkLog(output.stdout, output.stderr, watch)
      const answers = Object.fromEntries(
        Object.entries(refusals).map(([status, times]) => [`answered${status}`, times]),
      )
      return {
        rounds,
        killedServers: kills.server,
        killedDatabase: kills.database,
        killedObjects: kills.objects,
        killedCompactions: kills.compaction,
        ...compaction.figures(),
        sent: ledger.sent.size,
        acknowledged: ledger.acknowledged.size,
        found,
        ...answers,
        ...swept,
      }
    } finally {
      await archive.stop()
    }
  },
}

/** Of a store that meets a part that is gone: by the servers, or by the proxy while none of them is ready or one ends. */
const foreseen = [502, 503, 504]

interface Victim {
  readonly kind: 'server' | 'database' | 'objects' | 'compaction'
  readonly part: Pick<Part, 'start' | 'kill'>
}

/** In the order in which they are started again: a server does not start without its database. */
function victimsOf(
  { apps, ...parts }: ScaledArchive,
  running: CompactionPart,
  which: number,
  { random }: Watch,
): readonly Victim[] {
  const server: Victim = { kind: 'server', part: random.pick(apps) }
  const database: Victim = { kind: 'database', part: parts.database }
  const objects: Victim = { kind: 'objects', part: parts.objects }
  const compaction: Victim = { kind: 'compaction', part: running }
  const all = [
    [server],
    [database],
    [objects],
    [compaction],
    [database, server],
    [objects, server],
    [compaction, server],
  ]
  return all[which] ?? [server]
}

/** PostgreSQL does not start while processes of the killed one are about to notice. */
async function startAgain(part: Pick<Part, 'start'>): Promise<void> {
  for (let left = 50; ; left--) {
    try {
      await part.start()
      return
    } catch (error) {
      if (left === 0) throw error
      await pause(200)
    }
  }
}

async function becomesReady({ origin, apps }: ScaledArchive): Promise<void> {
  for (const server of [...apps.map((app) => app.origin), origin]) {
    for (const end = performance.now() + 60_000; ; await pause(100)) {
      const answer = await fetch(`${server}/readyz`).catch(() => undefined)
      await answer?.body?.cancel()
      if (answer?.ok === true) break
      if (performance.now() > end) throw new Error(`${server} does not get ready again`)
    }
  }
}

/** What the kills left: swept, verified, and rebuilt from the objects alone. */
async function checkAftermath(archive: ScaledArchive, found: number, watch: Watch): Promise<Record<string, number>> {
  const { dicomweb, close } = await openService({ env: archive.env }, {})
  const { index, storage } = dicomweb.backend
  // File times may be a tick of the kernel's clock behind.
  await pause(1100)
  const { unfinished, removed } = await sweep({ storage, index }, { graceMs: 0 })
  const again = await sweep({ storage, index }, { graceMs: 0 })
  if (again.removed + again.unfinished > 0) watch.violated('a second sweep finds what the first has left')
  const keys = new Set<string>()
  // What was withdrawn from a pack is noted beside it.
  for await (const { key } of storage.list()) keys.add(key.replace(/\.withdrawn-.*$/, ''))
  const referenced = await index.references([...keys])
  // A list of what counts no more of a pack stays as long as the pack.
  const packs = [...referenced]
  const orphans = [...keys].filter((key) => !referenced.has(key) && !packs.some((pack) => key.startsWith(pack)))
  if (orphans.length > 0) watch.violated(`orphans after the sweep: ${orphans.join()}`)
  let rows = 0
  for await (const { instance, location } of index.all()) {
    rows++
    if (!keys.has(location.key)) watch.violated(`instance ${instance} has a row, and no object`)
  }
  if (rows !== found) watch.violated(`${rows} rows for ${found} instances that are found`)
  await close()

  const before = await answersOf(archive.origin)
  for (const command of ['verify', 'reindex']) {
    const { status, stdout, stderr } = await runCommand([command], archive.env)
    if (status !== 0) watch.violated(`sansfilm ${command} ended with ${status}: ${(stdout + stderr).slice(0, 2000)}`)
  }
  const after = await answersOf(archive.origin)
  for (const [resource, matches] of before) {
    if (matches !== after.get(resource)) watch.violated(`${resource} is answered otherwise after reindex`)
  }
  return { sweptUnfinished: unfinished, sweptOrphans: removed }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
