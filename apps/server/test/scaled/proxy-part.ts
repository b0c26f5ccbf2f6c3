import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onPath } from '../support/on-path.ts'
import type { AppPart } from './app-part.ts'
import { freePort } from './free-port.ts'
import { nodeProxy } from './node-proxy.ts'
import type { Part } from './part.ts'

/** The reverse proxy before the servers: it asks each whether it is ready, and sends requests to those that are. */
export interface ProxyPart extends Part {
  /** `http://127.0.0.1:<port>`: the archive. */
  readonly origin: string
}

/** HAProxy as in compose.yaml, where it is installed; a proxy in this process where it is not. */
export async function proxyPart(folder: string, apps: readonly AppPart[], port?: number): Promise<ProxyPart> {
  const listenOn = port ?? (await freePort())
  return onPath('haproxy') ? haproxy(folder, apps, listenOn) : nodeProxy(apps, listenOn)
}

const configuration = new URL('../../../../deploy/haproxy.cfg', import.meta.url)

/** deploy/haproxy.cfg for processes on this machine. */
export async function haproxyConfiguration(
  apps: readonly Pick<AppPart, 'name' | 'origin'>[],
  port: number,
): Promise<string> {
  const servers = apps.map(({ name, origin }) => `    server ${name} ${new URL(origin).host}`)
  const replacements: readonly (readonly [RegExp, string])[] = [
    [/^ {4}bind .*$/m, `    bind 127.0.0.1:${port}`],
    [/^ {4}server-template .*$/m, servers.join('\n')],
  ]
  let text = await readFile(configuration, 'utf8')
  for (const [line, replacement] of replacements) {
    if (!line.test(text)) throw new Error(`${configuration.pathname} has no line ${line}`)
    text = text.replace(line, () => replacement)
  }
  return text
}

async function haproxy(folder: string, apps: readonly AppPart[], port: number): Promise<ProxyPart> {
  const file = join(folder, 'haproxy.cfg')
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  process.once('exit', () => child?.kill('SIGKILL'))

  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  return {
    name: 'HAProxy',
    origin,
    address: origin,
    async start() {
      await writeFile(file, await haproxyConfiguration(apps, port))
      child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
      let said = ''
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        said = `${said}${text}`.slice(-4000)
      })
      await passesOn(origin, () => {
        if (child?.exitCode !== null) throw new Error(`HAProxy does not start: ${said}`)
      })
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

async function passesOn(origin: string, check: () => void): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(50)) {
    check()
    const answer = await fetch(`${origin}/livez`).catch(() => undefined)
    if (answer?.ok === true) return
  }
  throw new Error('The proxy does not answer')
}
