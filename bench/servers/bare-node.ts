import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { HttpRequest } from '../measure/http-connection.ts'
import { storeRequest } from './dicomweb-requests.ts'
import type { Mirror } from './mirror.ts'
import type { BenchServer, Part10Body } from './server.ts'
import { freePort, startProcess } from './server-process.ts'

const main = fileURLToPath(new URL('./bare-node-main.ts', import.meta.url))

/** The least that a server in Node can do: kept answers from memory, and stores that only find the parts and keep them safely. */
export interface BareNode extends BenchServer {
  store(files: readonly Part10Body[]): HttpRequest
}

export async function startBareNode(folder: string, mirror: Mirror): Promise<BareNode> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const args = ['--disable-warning=ExperimentalWarning', main, String(port), mirror.folder, folder]
  const child = await startProcess({ command: process.execPath, args, port, probe: '/' })
  return {
    name: 'node',
    port,
    folder,
    get pid() {
      return child.pid
    },
    request: mirror.request,
    store: (files) => storeRequest('', files),
    restart: child.restart,
    stop: child.stop,
  }
}
