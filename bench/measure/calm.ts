import { readFile } from 'node:fs/promises'
import { kernelThreads, type ProcessRow, readProcesses, ticksPerSecond, treeOf } from './processes.ts'

/** CPU that others used while something ran. */
export interface Disturbance {
  /** Share of one core: 0.05 is 5 %. */
  readonly share: number
  readonly busiest: string
}

/** Others may use so much of one core before a repetition is dropped. */
export const calmShare = 0.05

/** Runs something and tells how much CPU all processes outside this one's tree, and other guests of the host, took meanwhile. */
export async function withDisturbance<T>(run: () => Promise<T>): Promise<{ value: T; disturbance: Disturbance }> {
  const before = await snapshot()
  const start = performance.now()
  const value = await run()
  const seconds = (performance.now() - start) / 1000
  const after = await snapshot()
  return { value, disturbance: compare(before, after, seconds) }
}

/** Waits until the machine is calm, at most so long. @returns whether it is */
export async function waitForCalm(maxSeconds: number): Promise<boolean> {
  const end = performance.now() + maxSeconds * 1000
  do {
    const { disturbance } = await withDisturbance(() => new Promise((resolve) => setTimeout(resolve, 400)))
    if (disturbance.share <= calmShare) return true
  } while (performance.now() < end)
  return false
}

interface Snapshot {
  readonly rows: readonly ProcessRow[]
  readonly stolen: number
}

async function snapshot(): Promise<Snapshot> {
  const [rows, stat] = await Promise.all([readProcesses(), readFile('/proc/stat', 'utf8')])
  // The eighth number of the first line is what other guests took (proc_stat(5)).
  return { rows, stolen: Number(stat.split('\n')[0]?.split(/\s+/)[8] ?? 0) }
}

function compare(before: Snapshot, after: Snapshot, seconds: number): Disturbance {
  const own = treeOf(process.pid, [...before.rows, ...after.rows])
  const earlier = new Map(before.rows.map((row) => [row.pid, row.ticks]))
  // What the kernel's threads do, such as writing pages back, is done for whoever is measured.
  const others = after.rows
    .filter(({ pid, parent }) => !own.has(pid) && pid !== kernelThreads && parent !== kernelThreads)
    .map(({ pid, name, ticks }) => ({ name, ticks: ticks - (earlier.get(pid) ?? 0) }))
    .concat({ name: 'other guests of this host', ticks: after.stolen - before.stolen })
  const used = others.reduce((sum, { ticks }) => sum + Math.max(0, ticks), 0)
  const busiest = others.toSorted((a, b) => b.ticks - a.ticks)[0]?.name ?? ''
  return { share: used / ticksPerSecond / seconds, busiest }
}
