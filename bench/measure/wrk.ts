import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { HttpRequest } from './http-connection.ts'

/** Whether wrk is on this machine: it costs a tenth of what a client in JavaScript costs. */
export const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/**
 * Answers a second as wrk counts them, requests in turn.
 * @param folder for the script that tells wrk what to ask
 */
export async function runWrk(
  folder: string,
  port: number,
  connections: number,
  seconds: number,
  requests: readonly HttpRequest[],
): Promise<number> {
  const script = join(folder, 'requests.lua')
  await writeFile(script, scriptOf(requests))
  // wrk's own least duration is a second.
  const args = ['-t1', `-c${connections}`, `-d${Math.max(1, Math.round(seconds))}s`, '--timeout', '30s', '-s', script]
  const { stdout } = await promisify(execFile)('wrk', [...args, `http://127.0.0.1:${port}/`])
  const failures = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(stdout)
  if (failures !== null) throw new Error(`wrk saw failures: ${failures[0]}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

function scriptOf(requests: readonly HttpRequest[]): string {
  const lines = requests.map(({ method, target, headers }) => {
    const fields = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `["${name}"]='${value}'`)
    return `  wrk.format("${method}", '${target}', {${fields.join(', ')}}),`
  })
  return `local n = 0
local requests
function init()
  requests = {
${lines.join('\n')}
  }
end
function request()
  n = n + 1
  return requests[(n - 1) % #requests + 1]
end
`
}
