// An archive of several servers on this machine: `npm run scaled -- [--apps N] [--port N]`.
import { parseArgs } from 'node:util'
import { startScaledArchive } from './scaled/scaled-archive.ts'

const usage = `Usage: npm run scaled -- [options]

  --apps N    servers (default: 2)
  --port N    of the reverse proxy before them (default: 8042)

What compose.yaml starts in containers, as processes. What is stored is removed in the end.
`

const { values } = parseArgs({
  options: {
    apps: { type: 'string', default: '2' },
    port: { type: 'string', default: '8042' },
    help: { type: 'boolean', default: false },
  },
})
const apps = Number(values.apps)
const port = Number(values.port)
const isWrong = !(Number.isInteger(apps) && apps > 0) || !(Number.isInteger(port) && port > 0 && port < 65_536)
if (values.help || isWrong) {
  console.log(usage)
  process.exit(isWrong ? 2 : 0)
}

const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
const archive = await startScaledArchive({
  apps,
  port,
  onStarted: ({ name, address }) => console.log(`  ${name.padEnd(12)} ${address}`),
})
console.log(`\nThe archive is at ${archive.origin}/ . Ctrl-C ends it.\n`)
await stopped
console.log('Stopping')
await archive.stop()
