import { askOnce } from '../measure/closed-loop.ts'
import type { BenchServer } from '../servers/server.ts'
import { payloadsOf, sha256 } from './answers.ts'
import { getInstance } from './resources.ts'

type Stored = { readonly study: string; readonly series: string; readonly instance: string } & (
  | { readonly bytes: Buffer }
  | { readonly digest: string }
)

/** Reads instances back. @throws Error where one is not, byte for byte, what was sent */
export async function checkStored(server: BenchServer, instances: readonly Stored[]): Promise<void> {
  if (server.name === 'node') return // it has no DICOMweb to read them back by
  for (const instance of instances) {
    const answer = await askOnce(server.port, server.request(getInstance(instance)))
    if (answer.status !== 200) throw new Error(`A stored instance answered ${answer.status}`)
    const sent = 'digest' in instance ? instance.digest : sha256(instance.bytes)
    const [payload = Buffer.alloc(0)] = payloadsOf(answer)
    if (sha256(payload) !== sent) throw new Error('A stored instance is not what was sent')
  }
}
