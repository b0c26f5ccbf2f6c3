import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { type RunningCommand, startCommand } from '../support/server-process.ts'
import { freePort } from './free-port.ts'
import type { Part } from './part.ts'

/** One server of the archive. */
export interface AppPart extends Part {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** @param env further settings, this time */
  start(env?: NodeJS.ProcessEnv): Promise<void>
  /** Of what runs, or ran last. */
  readonly output: RunningCommand['output']
  /** Sends a signal, and waits for nothing: SIGSTOP makes it hang, SIGCONT go on. */
  signal(signal: NodeJS.Signals): void
}

/** @param env settings, as `SANSFILM_INDEX` */
export async function appPart(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<AppPart> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  let running: RunningCommand | undefined
  let output: RunningCommand['output'] = { stdout: '', stderr: '' }
  process.once('exit', () => running?.child.kill('SIGKILL'))
  await mkdir(folder)

  const end = async (signal: NodeJS.Signals) => {
    const child = running?.child
    running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    // One that hangs heeds nothing else.
    child.kill('SIGCONT')
    child.kill(signal)
    await once(child, 'close')
  }
  return {
    name,
    origin,
    address: origin,
    get output() {
      return output
    },
    async start(more = {}) {
      const args = ['serve', '--port', String(port), '--data', folder]
      running = startCommand(args, { SANSFILM_TRUST_PROXY: 'loopback', ...env, ...more }, { detached: true })
      output = running.output
      await running.logged('"msg":"listening"')
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal: (signal) => void running?.child.kill(signal),
  }
}
