import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { tags } from '@sansfilm/dicom'
import { askOnce } from '../measure/closed-loop.ts'
import type { HttpAnswer } from '../measure/http-connection.ts'
import { archiveNames, type BenchServer, type Get, type ServerName } from '../servers/server.ts'
import type { KeyContext } from './key.ts'

/** What of an answer must be the same on every server, as text. */
export type Essence = (answer: HttpAnswer) => string

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The payloads of a multipart answer; of another the whole. */
export function payloadsOf({ headers, body }: HttpAnswer): readonly Buffer[] {
  const boundary = /boundary="?([^";]+)/.exec(headers.get('content-type') ?? '')?.[1]
  if (boundary === undefined) return [body]
  const mark = Buffer.from(`--${boundary}`)
  const payloads: Buffer[] = []
  let at = body.indexOf(mark)
  while (at !== -1) {
    const start = body.indexOf('\r\n\r\n', at) + 4
    const end = body.indexOf(mark, start)
    if (start < 4 || end === -1) break
    payloads.push(body.subarray(start, end - 2))
    at = end
  }
  return payloads
}

/** The payloads' digests, in any order. */
export const payloadDigests: Essence = (answer) => payloadsOf(answer).map(sha256).toSorted().join()

/** The values of a UID attribute in all objects of a JSON answer, in any order. */
export function uidsIn(keyword: 'StudyInstanceUID' | 'SOPInstanceUID'): Essence {
  return ({ headers, body }) => {
    const text = headers.get('content-encoding') === 'gzip' ? gunzipSync(body) : body
    const objects: readonly Record<string, { Value?: readonly string[] }>[] = JSON.parse(text.toString() || '[]')
    return objects
      .map((object) => object[tags[keyword]]?.Value?.[0] ?? '')
      .toSorted()
      .join()
  }
}

/** Asks the archives among some servers the same. @returns how their answers differ */
export async function compareAnswers(
  { fleet }: KeyContext,
  get: Get,
  essence: Essence,
  servers: readonly ServerName[] = archiveNames,
): Promise<string | undefined> {
  const { sansfilm, orthanc, scaled } = fleet
  const ours = await essenceOf(sansfilm, get, essence)
  if (ours.status !== 200 && ours.status !== 206) return `ours answers ${ours.status}`
  const others = [
    { name: 'Orthanc', server: orthanc },
    { name: 'ours over PostgreSQL and MinIO', server: servers.includes('scaled') ? scaled : undefined },
  ]
  for (const { name, server } of others) {
    if (server === undefined) continue
    const theirs = await essenceOf(server, get, essence)
    if (theirs.status !== ours.status) return `${name} answers ${theirs.status}, ours ${ours.status}`
    if (theirs.text !== ours.text) return `${name} answers something else`
  }
  return undefined
}

async function essenceOf(server: BenchServer, get: Get, essence: Essence): Promise<{ status: number; text: string }> {
  const answer = await askOnce(server.port, server.request(get)).catch((cause) => {
    throw new Error(`${server.name} does not answer ${get.path}: ${cause.message}`, { cause })
  })
  return { status: answer.status, text: answer.status < 300 ? essence(answer) : '' }
}
