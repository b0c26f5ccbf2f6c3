// What `npm start`, `npm test`, `npm run sansfilm`, `npm run soak` and `npm run scaled` run. Plain JavaScript that needs
// Node 20 and nothing installed: it fetches the pinned Node and pnpm through npm, installs, and runs the rest with them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runChild } from './run/run-child.mjs'
import { installDependencies, prepareToolchain, RunError, root, say } from './run/toolchain.mjs'

/** Workspace packages resolve to their TypeScript sources, which Node runs as they are. */
const nodeOptions = ['--conditions=sansfilm-source', '--disable-warning=ExperimentalWarning']

const commands = {
  start: (args, env) => runApp(['start', ...args], env),
  sansfilm: runApp,
  test: runTests,
  /** Those of the Studies Service, on several servers that share a database and a bucket. */
  'test:scaled': (args, env) =>
    runChild('node', [...nodeOptions, join(root, 'apps/server/test/run-test-scaled.ts'), ...args], env, root),
  /** The tests of what the archive must survive, at full length. */
  soak: (args, env) => runChild('node', [...nodeOptions, join(root, 'apps/server/test/soak.ts'), ...args], env),
  /** Several servers of one archive, as in compose.yaml, but as processes. */
  scaled: (args, env) => runChild('node', [...nodeOptions, join(root, 'apps/server/test/run-scaled.ts'), ...args], env),
}

const appEnvironment = {
  // Files are read and written by Node's thread pool. Its four threads are fewer than the requests a viewer makes at once.
  UV_THREADPOOL_SIZE: '16',
  // The program sees to that itself as well, but not before Node has loaded what strips its first file of types.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.sansfilm/compiled'),
}

function runApp(args, env) {
  const main = join(root, 'apps/server/src/main.ts')
  return runChild('node', [...nodeOptions, main, ...args], { ...appEnvironment, ...env })
}

function runTests(args, env) {
  say('Checking types ...')
  const check = spawnSync('pnpm', ['exec', 'tsc', '-b'], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (check.status !== 0) {
    say('The types do not fit (see above); the tests were not run.')
    console.log('0 passed, 1 failed, 0 skipped')
    return 1
  }
  const jest = join(root, 'node_modules/jest/bin/jest.js')
  return runChild('node', [...nodeOptions, '--experimental-vm-modules', jest, ...args], env, root)
}

try {
  const [name, ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
  if (command === undefined)
    throw new RunError(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]`)
  const env = prepareToolchain()
  installDependencies(env)
  process.exitCode = await command(args, env)
} catch (error) {
  if (!(error instanceof RunError)) throw error
  say(error.message)
  process.exitCode = 1
}
