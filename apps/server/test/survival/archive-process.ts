import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Watch } from './scenario.ts'
import { patientMark } from './test-object.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A server on a data folder that outlives it. */
export interface ArchiveProcess {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Most bytes that were resident since its start. */
  peakBytes(): Promise<number>
  /** Resident bytes now. */
  residentBytes(): Promise<number>
  /** File descriptors it holds now, sockets included. */
  descriptors(): Promise<number>
  /** Asks it to stop, and waits. Its log is looked at then: see `checkLog`. */
  stop(): Promise<{ readonly status: number | null; readonly ms: number }>
  /** Ends it as the kernel does when memory is short. */
  kill(): Promise<void>
}

/** Environment without the settings of whoever runs the tests. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('SANSFILM_') && name !== 'NODE_OPTIONS'),
)

function spawnMain(args: readonly string[], nodeOptions: readonly string[] = []): ChildProcess {
  return spawn(
    process.execPath,
    [...nodeOptions, '--conditions=sansfilm-source', '--disable-warning=ExperimentalWarning', main, ...args],
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  )
}

/** Runs `sansfilm` to its end. */
export async function runSansfilm(args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const child = spawnMain(args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  await once(child, 'close')
  return { status: child.exitCode, output }
}

/**
 * Starts `sansfilm serve` on `data` and waits until it listens.
 * @param killAfterMs kills it so long after its start, ready or not; then nothing is returned
 * @param nodeOptions for the process, such as `--max-old-space-size=128`
 */
export async function startArchive(
  data: string,
  watch: Watch,
  args?: readonly string[],
  killAfterMs?: undefined,
  nodeOptions?: readonly string[],
): Promise<ArchiveProcess>
export async function startArchive(
  data: string,
  watch: Watch,
  args: readonly string[],
  killAfterMs: number,
): Promise<undefined>
export async function startArchive(
  data: string,
  watch: Watch,
  args: readonly string[] = [],
  killAfterMs?: number,
  nodeOptions: readonly string[] = [],
): Promise<ArchiveProcess | undefined> {
  const child = spawnMain(['serve', '--port', '0', '--data', data, '--log-level', 'debug', ...args], nodeOptions)
  const output = { log: '', errors: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => (output.log += text))
  child.stderr?.setEncoding('utf8').on('data', (text) => (output.errors += text))
  const closed = once(child, 'close')
  const end = async () => {
    await closed
    checkLog(output.log, output.errors, watch)
  }
  if (killAfterMs !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, killAfterMs))
    child.kill('SIGKILL')
    await end()
    return undefined
  }
  let expected = false
  watch.atEnd(() => {
    expected = true
    child.kill('SIGKILL')
  })
  const origin = await originOf(child, output)
  child.once('exit', (status, signal) => {
    if (!expected) watch.violated(`the server ended by itself: status ${status}, signal ${signal}: ${output.errors}`)
  })
  return {
    origin,
    peakBytes: () => statusBytes(child, 'VmHWM'),
    residentBytes: () => statusBytes(child, 'VmRSS'),
    descriptors: async () => (await readdir(`/proc/${child.pid}/fd`)).length,
    async stop() {
      expected = true
      const started = performance.now()
      child.kill('SIGTERM')
      await end()
      return { status: child.exitCode, ms: Math.round(performance.now() - started) }
    },
    async kill() {
      expected = true
      child.kill('SIGKILL')
      await end()
    },
  }
}

async function originOf(child: ChildProcess, output: { readonly log: string; readonly errors: string }) {
  for (;;) {
    const port = /"port":(\d+)/.exec(output.log)?.[1]
    if (port !== undefined && output.log.includes('"msg":"listening"')) return `http://127.0.0.1:${port}`
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output.errors}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function statusBytes(child: ChildProcess, name: 'VmHWM' | 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024
}

/** Every line of the log is a JSON object, none names the patient, and nothing happened that nobody foresaw. */
export function checkLog(log: string, errors: string, watch: Watch): void {
  // A killed process may leave half a line.
  for (const line of log.split('\n').slice(0, -1)) {
    const entry = parsed(line)
    if (entry === undefined) watch.violated(`not a line of JSON in the log: ${line.slice(0, 200)}`)
    else if (entry.msg === 'unforeseen error') watch.violated(`unforeseen: ${JSON.stringify(entry).slice(0, 1500)}`)
  }
  if ((log + errors).includes(patientMark)) watch.violated('the log names a patient')
}

function parsed(line: string): { readonly msg?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
