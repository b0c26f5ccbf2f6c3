import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type RunningCommand, startCommand } from '../support/server-process.ts'
import type { Part } from './part.ts'
import type { ScaledArchive } from './scaled-archive.ts'

const program = fileURLToPath(new URL('compact-now.ts', import.meta.url))

/** What all runs of a compaction have done. */
export interface CompactionFigures {
  /** Series that were merged, as far as the runs came to say so. */
  readonly mergedSeries: number
  readonly movedInstances: number
  /** Runs that were killed with some series merged, and others not. */
  readonly killedMerging: number
}

/** A compaction in a process of its own: each start is a run, which ends by itself. */
export interface CompactionPart extends Pick<Part, 'start'> {
  /** Kills the run when it has merged a series and is at the next; one that has nothing to merge ends by itself before. */
  kill(): Promise<void>
  /** Resolves when the last run has ended. @returns what it said of its failure, nothing where it did its work */
  ended(): Promise<string | undefined>
  figures(): CompactionFigures
}

/** @param env of the archive */
export function compactionPart(env: ScaledArchive['env']): CompactionPart {
  const runs: RunningCommand[] = []
  const finish = async ({ child }: RunningCommand): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
  return {
    async start() {
      const run = startCommand([], env, { main: program })
      runs.push(run)
      // One that finds another at its work ends without a word.
      await run.logged('begun').catch(() => undefined)
    },
    async kill() {
      const run = runs.at(-1)
      if (run === undefined) return
      // Before it would be killed while it looks for something to merge, nearly always.
      await run.logged('moved').catch(() => undefined)
      run.child.kill('SIGKILL')
      await finish(run)
    },
    async ended() {
      const run = runs.at(-1)
      if (run === undefined) return undefined
      await finish(run)
      return run.child.exitCode === 0 || run.child.signalCode === 'SIGKILL' ? undefined : run.output.stderr
    },
    figures() {
      const done = runs.map(({ child, output }) => ({ child, ...lastStep(output.stdout) }))
      return {
        mergedSeries: done.reduce((sum, { series }) => sum + series, 0),
        movedInstances: done.reduce((sum, { moved }) => sum + moved, 0),
        killedMerging: done.filter(({ child, moved }) => child.signalCode === 'SIGKILL' && moved > 0).length,
      }
    },
  }
}

function lastStep(said: string): { readonly series: number; readonly moved: number } {
  const last = [...said.matchAll(/series (\d+) moved (\d+)\n/g)].at(-1)
  return { series: Number(last?.[1] ?? 0), moved: Number(last?.[2] ?? 0) }
}
