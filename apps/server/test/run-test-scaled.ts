// The tests of the Studies Service on three servers over PostgreSQL and an object store, behind a balancer:
// `npm run test:scaled -- [names of suites] [--flags=of Jest]`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startServices } from './scaled/shared-places.ts'

/** As they begin. What is about one process, its disk or its command line has nothing to find here. */
const suites = [
  'clients',
  'corpus',
  'dcmtk',
  'delete',
  'ranges',
  'rendered',
  'retrieve',
  'search-answers',
  'search-kept',
  'search-paging',
  'search-visibility',
  'search\\.e2e',
  'store',
  'transcoded',
]

const services = await startServices(console.log)
const jest = fileURLToPath(new URL('../../../node_modules/jest/bin/jest.js', import.meta.url))
const given = process.argv.slice(2)
const named = given.filter((arg) => !arg.startsWith('-'))
const flags = given.filter((arg) => arg.startsWith('-'))
const wanted = named.length > 0 ? named : suites
// A request has further to go here, to stores that write to the disk.
const options = [
  '--selectProjects=e2e',
  '--testTimeout=120000',
  `--testPathPatterns=apps/server/test/(${wanted.join('|')})`,
]
const child = spawn(process.execPath, [...process.execArgv, '--experimental-vm-modules', jest, ...options, ...flags], {
  stdio: 'inherit',
  env: { ...process.env, ...services.env, SANSFILM_TEST_SETUP: 'scaled' },
})
// Ctrl-C reaches both: Jest ends first.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
const [status] = await once(child, 'exit')
await services.stop()
process.exitCode = typeof status === 'number' ? status : 1
