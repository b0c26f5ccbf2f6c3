import type { Logger } from 'pino'
import { remembering } from './remembering.ts'

/** What serves, or does not: a storage or an index. */
interface Checked {
  check(): Promise<void>
}

/** Which parts of the archive serve. */
export interface Readiness {
  readonly storage: boolean
  readonly index: boolean
}

/** A disk that hangs is as good as none. */
const patienceMs = 5000

/** Probes come every second from everywhere, and each check writes to the storage: what was found holds for so long. */
const holdsMs = { ready: 5000, unavailable: 1000 } as const

/** Tells which parts of the archive serve, however often it is asked; why one does not is logged. */
export function createReadiness(
  { storage, index }: { readonly storage: Checked; readonly index: Checked },
  log: Logger,
): () => Promise<Readiness> {
  async function serves(name: string, adapter: Checked): Promise<boolean> {
    try {
      await within(patienceMs, adapter.check())
      return true
    } catch (error) {
      log.warn({ adapter: name, reason: error instanceof Error ? error.message : String(error) }, 'not ready')
      return false
    }
  }
  return remembering(
    async () => {
      const [storageServes, indexServes] = await Promise.all([serves('storage', storage), serves('index', index)])
      return { storage: storageServes, index: indexServes }
    },
    (found) => (found.storage && found.index ? holdsMs.ready : holdsMs.unavailable),
  )
}

async function within(ms: number, check: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  await Promise.race([check, late]).finally(() => clearTimeout(timer))
}
