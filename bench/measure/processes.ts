import { readdir, readFile } from 'node:fs/promises'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly name: string
  /** CPU time of itself and of the children it has waited for, in ticks. */
  readonly ticks: number
}

/** Kernel threads are children of this process. */
export const kernelThreads = 2
/** Ticks of /proc in a second, on every Linux there is. */
export const ticksPerSecond = 100

/** All processes there are now. */
export async function readProcesses(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(pids.map((pid) => readProcess(Number(pid))))
  return rows.filter((row) => row !== undefined)
}

/** A process and all below it. */
export function treeOf(root: number, rows: readonly ProcessRow[]): ReadonlySet<number> {
  const tree = new Set([root])
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const { pid, parent } of rows) if (tree.has(parent)) tree.add(pid)
  }
  return tree
}

async function readProcess(pid: number): Promise<ProcessRow | undefined> {
  // It may end between the listing and the reading.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const [name, fields] = [
    text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    text.slice(text.lastIndexOf(')') + 2),
  ]
  const columns = fields.split(' ')
  const at = (column: number) => Number(columns[column - 3]) // as proc_pid_stat(5) numbers them; two are cut off
  return { pid, parent: at(4), name, ticks: at(14) + at(15) + at(16) + at(17) }
}
