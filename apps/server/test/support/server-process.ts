import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sansfilm = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** What a command said and how it ended. */
export interface CommandResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `sansfilm` to its end, in an environment without settings but `env`. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const { child, output } = startCommand(args, env)
  await once(child, 'close')
  return { status: child.exitCode, ...output }
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly data: string
  /** What it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** Resolves when a log line holds `text`. */
  logged(text: string): Promise<void>
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly status: number | null; readonly ms: number }>
}

/** Starts `sansfilm serve` (or `start`) on a free port and a new data folder, and waits until it listens. */
export async function startServer(
  args: readonly string[] = [],
  { command = 'serve', env = {}, main = sansfilm }: { command?: string; env?: NodeJS.ProcessEnv; main?: string } = {},
): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  const { child, output, logged } = startCommand([command, '--port', '0', '--data', data, ...args], env, { main })
  await logged('"msg":"listening"')
  // The lines for people come last.
  while (!/DICOMweb .*\n/.test(output.stderr)) await once(child.stderr ?? child, 'data')
  const origin = `http://127.0.0.1:${/"port":(\d+)/.exec(output.stdout)?.[1]}`
  return {
    origin,
    data,
    output,
    logged,
    async stop(signal = 'SIGTERM') {
      const started = performance.now()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'close')
      }
      await rm(data, { recursive: true, force: true })
      return { status: child.exitCode, ms: performance.now() - started }
    },
  }
}

/** A command that runs, or has ended. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** What it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** Resolves when a log line holds `text`; rejects where it ends without one. */
  logged(text: string): Promise<void>
}

/**
 * Starts `sansfilm`, in an environment without settings but `env`.
 * @param options `detached`: in a process group of its own, which an interrupt at the terminal does not reach; `main`: a
 * program in its place
 */
export function startCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { detached = false, main = sansfilm }: { readonly detached?: boolean; readonly main?: string } = {},
): RunningCommand {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SANSFILM_') && name !== 'NODE_OPTIONS',
  )
  const child = spawn(
    process.execPath,
    ['--conditions=sansfilm-source', '--disable-warning=ExperimentalWarning', main, ...args],
    { env: { ...Object.fromEntries(inherited), ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached },
  )
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  const logged = async (text: string) => {
    while (!output.stdout.includes(text)) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output.stderr}`)
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
    }
  }
  return { child, output, logged }
}
