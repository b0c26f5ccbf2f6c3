import type { HttpRequest } from '../measure/http-connection.ts'
import type { BenchServer, Part10Body } from '../servers/server.ts'

type Storable = Part10Body | { readonly bytes: Buffer }

/**
 * The request that stores some files.
 * @param way `whole` makes the body beforehand, so that the client does nothing but send; `stream` reads as it sends
 * @throws TypeError for a server that stores nothing
 */
export async function storeRequestTo(
  server: BenchServer,
  files: readonly Storable[],
  way: 'whole' | 'stream' = 'whole',
): Promise<HttpRequest> {
  if (!('store' in server)) throw new TypeError(`${server.name} stores nothing`)
  const store = server.store as (files: readonly Part10Body[]) => HttpRequest // the one `store` that servers have
  const request = store(
    files.map(({ bytes, ...file }) =>
      bytes instanceof Uint8Array ? { length: bytes.length, bytes: [bytes] } : { ...(file as Part10Body), bytes },
    ),
  )
  if (way === 'stream' || request.body === undefined) return request
  const chunks: Uint8Array[] = []
  for await (const chunk of request.body.bytes) chunks.push(chunk)
  return { ...request, body: { length: request.body.length, bytes: [Buffer.concat(chunks)] } }
}
