import type { Sizes } from '../archives/sizes.ts'
import type { Key, KeyContext } from '../keys/key.ts'
import { calmShare, withDisturbance } from '../measure/calm.ts'
import { residentBytes, withPeakMemory } from '../measure/memory.ts'
import { serversOf } from '../servers/fleet.ts'
import type { BenchServer, ServerName } from '../servers/server.ts'
import type { KeyResult, Repetition, ServerResult } from './result.ts'

/** Repetitions that others disturbed are tried again so often, all in all, while the run has patience. */
const roundsForEachRepetition = 2

/**
 * Measures a key on all its servers, repetition by repetition: each server once, then each once more. A short round
 * before warms up and does not count, unless the key is measured once.
 */
export async function measureKey(key: Key, context: KeyContext): Promise<KeyResult> {
  const start = performance.now()
  const { name, measures, unit, better } = key
  const { patience } = context
  const targets = key.ofFullSize && context.sizes.quick ? {} : key.targets
  // A server that ends over one key is no reason to lose the others.
  const unequal = await key.prepare?.(context).catch((error: Error) => error.message)
  const results = new Map<ServerName, Repetition[]>()
  const failures = new Map<ServerName, string>()
  const servers = serversOf(context.fleet, key.servers)
  const wanted = key.once ? 1 : context.sizes.repetitions
  const calmOf = (server: BenchServer) => results.get(server.name)?.filter(({ calm }) => calm).length ?? 0
  const short = { ...context, sizes: warmUpSizes(context.sizes) }
  if (!key.once) await eachServer(servers, failures, (server) => key.run(server, short))
  const measureOn = (some: readonly BenchServer[]) =>
    eachServer(some, failures, async (server) => {
      const repetition = await repeat(key, server, context)
      results.set(server.name, [...(results.get(server.name) ?? []), repetition])
    })
  for (let round = 0; round < (key.once ? 1 : wanted * roundsForEachRepetition); round++) {
    const left = servers.filter((server) => !failures.has(server.name) && calmOf(server) < wanted)
    if (round < wanted) await measureOn(left)
    else if (left.length > 0 && !patience.isOver) await patience.spend(() => measureOn(left))
  }
  const entries = servers.map((server): [ServerName, ServerResult] => {
    const failure = failures.get(server.name)
    return [server.name, { repetitions: results.get(server.name) ?? [], ...(failure === undefined ? {} : { failure }) }]
  })
  return {
    name,
    measures,
    unit,
    better,
    targets,
    servers: Object.fromEntries(entries),
    seconds: Math.round((performance.now() - start) / 1000),
    ...(unequal ? { unequal } : {}),
  }
}

/** Enough to load code, to have it compiled where it is hot, and to fill caches: a server that has run for a minute is measured. */
function warmUpSizes(sizes: Sizes): Sizes {
  const { seconds, largeStores, smallStores } = sizes
  return {
    ...sizes,
    seconds: Math.min(1, seconds),
    largeStores: Math.ceil(largeStores / 2),
    smallStores: Math.ceil(smallStores / 2),
  }
}

/** One that fails is left out from then on; the others go on. */
async function eachServer(
  servers: readonly BenchServer[],
  failures: Map<ServerName, string>,
  run: (server: BenchServer) => Promise<unknown>,
): Promise<void> {
  for (const server of servers) {
    try {
      await run(server)
    } catch (error) {
      failures.set(server.name, error instanceof Error ? error.message : String(error))
    }
  }
}

async function repeat(key: Key, server: BenchServer, context: KeyContext): Promise<Repetition> {
  await context.patience.waitForCalm(context.sizes.calmSeconds)
  const { pid } = server
  const idle = await residentBytes(pid)
  const { value, disturbance } = await withDisturbance(() => withPeakMemory(pid, () => key.run(server, context)))
  return {
    value: value.value,
    calm: disturbance.share <= calmShare,
    others: disturbance.share,
    busiest: disturbance.busiest,
    // A process that was started meanwhile has no memory before.
    peakMegabytes: server.pid === pid ? value.peak / 1e6 : Number.NaN,
    idleMegabytes: idle / 1e6,
  }
}
