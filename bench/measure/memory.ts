import { readFile } from 'node:fs/promises'
import { readProcesses, treeOf } from './processes.ts'

const sampleMilliseconds = 50

/** Resident bytes of a process and all below it. */
export async function residentBytes(pid: number): Promise<number> {
  return sumResident([...treeOf(pid, await readProcesses())])
}

/** Runs something and tells the most resident bytes that a process tree had meanwhile. */
export async function withPeakMemory<T>(pid: number, run: () => Promise<T>): Promise<{ value: T; peak: number }> {
  const tree = [...treeOf(pid, await readProcesses())]
  let peak = await sumResident(tree)
  const sample = async () => {
    peak = Math.max(peak, await sumResident(tree))
  }
  const timer = setInterval(sample, sampleMilliseconds)
  try {
    const value = await run()
    await sample()
    return { value, peak }
  } finally {
    clearInterval(timer)
  }
}

async function sumResident(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
