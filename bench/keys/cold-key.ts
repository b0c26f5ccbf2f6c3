import { dropPageCache } from '../measure/page-cache.ts'
import type { Get } from '../servers/server.ts'
import { askInTurn } from './ask-in-turn.ts'
import type { Key, KeyContext, Targets } from './key.ts'

export interface ColdPlan {
  readonly name: string
  readonly measures: string
  readonly targets: Targets
  readonly gets: (context: KeyContext) => readonly Get[]
}

/** A key that asks once, in milliseconds, after a restart with nothing of the stored files in the page cache. */
export function coldKey({ name, measures, targets, gets }: ColdPlan): Key {
  return {
    name,
    measures,
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: ['sansfilm', 'orthanc'],
    targets,
    async run(server, context) {
      await server.restart()
      await dropPageCache(server.folder)
      return askInTurn(server, gets(context))
    },
  }
}
