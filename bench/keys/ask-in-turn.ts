import { HttpConnection } from '../measure/http-connection.ts'
import type { BenchServer, Get } from '../servers/server.ts'

/** Asks one after the other on a new connection. @returns milliseconds for all @throws Error where one is not answered with 200 */
export async function askInTurn(server: BenchServer, gets: readonly Get[]): Promise<number> {
  const connection = await HttpConnection.open(server.port)
  try {
    const start = performance.now()
    for (const get of gets) {
      const { status } = await connection.exchange(server.request(get))
      if (status !== 200) throw new Error(`${get.path} answered ${status}`)
    }
    return performance.now() - start
  } finally {
    connection.close()
  }
}
