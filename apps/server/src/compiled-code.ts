import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Keeps what Node makes of the program's code for the next start, which takes about half the time then. It lies among the
 * user's own caches: Node's default is a folder of predictable name that others may write to. Where there is no place for
 * it, as in a container that is read only, all works as without. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` win.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const home = env.HOME || env.USERPROFILE
  const caches = env.XDG_CACHE_HOME || (home && join(home, '.cache'))
  if (caches) enableCompileCache(join(caches, 'sansfilm', 'compiled'))
}
