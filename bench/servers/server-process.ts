import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { askOnce } from '../measure/closed-loop.ts'

export interface ProcessPlan {
  readonly command: string
  readonly args: readonly string[]
  readonly port: number
  /** Asked until it answers with any status below 500. */
  readonly probe: string
}

/** A child process that serves HTTP, and can be stopped and started again. */
export interface HttpProcess {
  readonly pid: number
  restart(): Promise<number>
  stop(): Promise<void>
}

const startMilliseconds = 120_000
const pollMilliseconds = 5

/** Starts a server and waits until it answers. @throws Error with what it printed where it ends or stays silent */
export async function startProcess(plan: ProcessPlan): Promise<HttpProcess> {
  let { child } = await start(plan)
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await ended
  }
  return {
    get pid() {
      return child.pid as number // it was spawned
    },
    async restart() {
      await stop()
      const started = await start(plan)
      child = started.child
      return started.seconds
    },
    stop,
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address record')
  return address.port
}

async function start({ command, args, port, probe }: ProcessPlan): Promise<{ child: ChildProcess; seconds: number }> {
  const begin = performance.now()
  // In a group of its own: what the terminal sends is for the benchmark, which then stops its servers itself.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  child.once('exit', () => process.off('exit', killAtExit))
  let printed = ''
  let failure: string | undefined
  const keep = (bytes: Buffer) => {
    printed = (printed + bytes).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', (status, signal) => {
    failure = `ended with ${status ?? signal}`
  })
  while (performance.now() - begin < startMilliseconds) {
    if (failure !== undefined) throw new Error(`${command} ${failure}: ${printed}`)
    const request = { method: 'GET', target: probe, headers: { accept: '*/*' } } as const
    const answer = await askOnce(port, request).catch(() => undefined)
    if (answer !== undefined && answer.status < 500) return { child, seconds: (performance.now() - begin) / 1000 }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds))
  }
  child.kill('SIGKILL')
  throw new Error(`${command} did not answer within ${startMilliseconds / 1000} s: ${printed}`)
}
