import { dropPageCache } from '../measure/page-cache.ts'
import { archiveNames, type Get } from '../servers/server.ts'
import { askInTurn } from './ask-in-turn.ts'
import type { Key, KeyContext, Targets } from './key.ts'

export interface ColdPlan {
  readonly name: string
  readonly measures: string
  readonly targets: Targets
  readonly gets: (context: KeyContext) => readonly Get[]
}

/**
 * A key that asks once, in milliseconds, after a restart with nothing of the stored files in the page cache. A database and an
 * object store beside the server go on running.
 */
export function coldKey({ name, measures, targets, gets }: ColdPlan): Key {
  return {
    name,
    measures,
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    targets,
    async run(server, context) {
      await server.restart()
      await dropPageCache(server.folder)
      return askInTurn(server, gets(context))
    },
  }
}
