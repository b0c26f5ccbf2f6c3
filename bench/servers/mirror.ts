import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askOnce } from '../measure/closed-loop.ts'
import type { HttpRequest } from '../measure/http-connection.ts'
import type { BenchServer, Get } from './server.ts'

/** Answers of our own as files, for servers that do nothing but send files. */
export interface Mirror {
  readonly folder: string
  /** Keeps the answers to these, if they are not kept yet. */
  keep(gets: readonly Get[]): Promise<void>
  /** The request for a kept answer. */
  request(get: Get): HttpRequest
}

/** Ranges are served from the whole answer; anything else that changes an answer has a file of its own. */
const fileOf = ({ path, accept, gzip }: Get): string =>
  createHash('sha1')
    .update(JSON.stringify([path, accept, gzip ?? false]))
    .digest('hex')

export async function createMirror(folder: string, source: BenchServer): Promise<Mirror> {
  await mkdir(folder, { recursive: true })
  return {
    folder,
    async keep(gets) {
      for (const { range, ...get } of gets) {
        const file = join(folder, fileOf(get))
        if (existsSync(file)) continue
        const answer = await askOnce(source.port, source.request(get))
        if (answer.status !== 200) throw new Error(`${get.path} answered ${answer.status}`)
        await writeFile(file, answer.body)
      }
    },
    request: (get) => ({
      method: 'GET',
      target: `/${fileOf(get)}`,
      headers: { accept: get.accept, ...(get.range === undefined ? {} : { range: get.range }) },
    }),
  }
}
