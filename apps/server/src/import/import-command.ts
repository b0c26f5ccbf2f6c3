import { formatBytes, formatCount, formatDuration } from './format-amounts.ts'
import { type ImportSummary, importPaths } from './import-paths.ts'
import { type Amount, createProgressDisplay } from './progress-display.ts'
import { createRefusalReport } from './refusal-report.ts'
import { type StoreTarget, TargetError } from './store-target.ts'
import { walkFiles } from './walk-files.ts'

/** What a run of the command works with. */
export interface ImportRun {
  readonly paths: readonly string[]
  readonly target: StoreTarget
  readonly concurrency: number
  /** Aborts when the person wants to stop. */
  readonly signal: AbortSignal
  /** The result. */
  readonly output: Pick<NodeJS.WriteStream, 'write'>
  /** Progress, and what went wrong. */
  readonly progress: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> & { readonly columns?: number }
}

/** How the command ends, for scripts. */
export const exitStatus = { complete: 0, incomplete: 1, interrupted: 130 } as const

/** Imports, shows progress, and reports. Resolves to the exit status. */
export async function importCommand(run: ImportRun): Promise<number> {
  const { signal, output, progress } = run
  const started = performance.now()
  const display = createProgressDisplay(progress)
  const refusals = createRefusalReport()
  const tally: { -readonly [K in keyof ImportSummary]: number } = {
    stored: 0,
    'already-stored': 0,
    refused: 0,
    skipped: 0,
    bytes: 0,
  }
  const counting = new AbortController()
  if (progress.isTTY) void countFiles(run.paths, counting.signal).then((total) => total && display.expect(total))
  let failure: string | undefined
  try {
    await importPaths(run.paths, run.target, {
      signal,
      concurrency: run.concurrency,
      onProgress(step) {
        tally[step.outcome.status] += 1
        tally.bytes += step.bytes
        if (step.outcome.status === 'refused') refusals.add(step.outcome)
        display.add(step)
      },
    })
  } catch (error) {
    if (error instanceof TargetError) failure = error.message
    else if (!signal.aborted) throw error
  } finally {
    counting.abort()
    display.end()
  }
  for (const line of refusals.lines()) output.write(`${line}\n`)
  output.write(`${summaryLine(tally, performance.now() - started)}\n`)
  if (signal.aborted) {
    progress.write('Interrupted. What is counted is stored; the same command goes on from here.\n')
    return exitStatus.interrupted
  }
  if (failure !== undefined) progress.write(`Given up: ${failure}\n`)
  return failure !== undefined || tally.refused > 0 ? exitStatus.incomplete : exitStatus.complete
}

function summaryLine(tally: ImportSummary, elapsed: number): string {
  const counts = [
    `${formatCount(tally.stored)} stored`,
    `${formatCount(tally['already-stored'])} already stored`,
    `${formatCount(tally.refused)} refused`,
    `${formatCount(tally.skipped)} skipped`,
  ]
  const rate = formatBytes(tally.bytes / Math.max(elapsed / 1000, 0.001))
  return `${counts.join(', ')}: ${formatBytes(tally.bytes)} in ${formatDuration(elapsed)} (${rate}/s)`
}

/** How much there is, counted beside the import; `undefined` where that ended first. */
async function countFiles(paths: readonly string[], signal: AbortSignal): Promise<Amount | undefined> {
  const total = { files: 0, bytes: 0 }
  for await (const found of walkFiles(paths)) {
    if (signal.aborted) return undefined
    total.files += 1
    if ('bytes' in found) total.bytes += found.bytes
  }
  return total
}
