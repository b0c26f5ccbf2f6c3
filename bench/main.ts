/**
 * Measures the archive side by side with Orthanc, nginx and a bare server in Node, all on this machine, in one run.
 * Run: pnpm bench --help
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keys } from './keys/index.ts'
import { drawChart } from './report/chart.ts'
import { describeMachine } from './report/machine.ts'
import { replaceLastRun } from './report/markdown.ts'
import type { Report } from './report/report.ts'
import { columns, remarksOf, rowsOf } from './report/rows.ts'
import { formatTable } from './report/terminal.ts'
import { estimateMinutes } from './run/estimate.ts'
import type { KeyResult } from './run/result.ts'
import { runKeys } from './run/run-keys.ts'
import { readSettings, type Settings, usage } from './run/settings.ts'
import { findPeers } from './servers/fleet.ts'

const docs = fileURLToPath(new URL('../docs/', import.meta.url))

// For the servers in Node, ours and the bare one, as `npm start` has it: Node keeps what it makes of their code.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.sansfilm/compiled', import.meta.url))

async function main(settings: Settings): Promise<void> {
  const wanted = keys.filter(
    ({ name }) => settings.keys.length === 0 || settings.keys.some((key) => name.startsWith(key)),
  )
  if (settings.help) return say(usage)
  if (settings.list)
    return say(
      formatTable(
        ['key', 'measures'],
        wanted.map(({ name, measures }) => [name, measures]),
      ),
    )
  if (settings.from !== undefined) return publish(await readReport(settings.from), settings.docs)
  if (wanted.length === 0) throw new TypeError('No key begins so; --list shows them')
  const folder =
    settings.folder === undefined ? await mkdtemp(join(tmpdir(), 'sansfilm-bench-')) : resolve(settings.folder)
  await mkdir(folder, { recursive: true })
  try {
    await publish(await run(settings, wanted, folder), settings.docs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(settings: Settings, wanted: typeof keys, folder: string): Promise<Report> {
  const { quick, sizes, json, continues, orthanc, profile } = settings
  const before = continues && existsSync(json) ? await readReport(json) : undefined
  if (before !== undefined && before.quick !== quick) throw new TypeError('--continue wants the sizes of the first run')
  const peers = await findPeers(orthanc)
  say(peers.versions.join('; '))
  for (const reason of peers.missing) say(`Skipped: ${reason}.`)
  const results: KeyResult[] = before?.results.filter(({ failure }) => failure === undefined) ?? []
  const missing = [...peers.missing]
  const date = new Date().toISOString().slice(0, 10)
  const machine = await describeMachine(folder)
  const report: Report = { date, quick, machine, versions: peers.versions, missing, sizes, results }
  const done = async (result: KeyResult) => {
    results.push(result)
    say(`  ${rowsOf([result])[0]?.slice(1).join(' | ')} | ${result.seconds} s`)
    for (const remark of remarksOf([result])) say(`  ${remark}`)
    // A run takes long, and may be ended at any time.
    await writeFile(json, JSON.stringify(report, null, 2))
  }
  const skipped = (what: string, reason: string) => {
    missing.push(`${what}: ${reason}`)
    say(`  Skipped: ${what}: ${reason}.`)
  }
  const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
  const left = wanted.filter(({ name }) => !results.some((result) => result.name === name))
  if (left.length === 0) return report
  say(
    `${left.length} keys: about ${Math.ceil(estimateMinutes(left, sizes))} minutes where nothing else runs, ` +
      `up to ${Math.ceil(sizes.patienceSeconds / 60)} more where it does not get calm.`,
  )
  await runKeys({ folder, keys: left, sizes, peers, nodeOptions, signal: askedToStop(), say, done, skipped })
  say(`All of this is in ${json}.`)
  return report
}

/** Shows a run, and puts it into the page. */
async function publish(report: Report, writeDocs: boolean): Promise<void> {
  const results = inOrder(report.results)
  say(`\n${formatTable(columns, rowsOf(results))}\n`)
  for (const remark of remarksOf(results)) say(remark)
  if (!writeDocs) return
  const page = join(docs, 'performance.md')
  await writeFile(page, replaceLastRun(await readFile(page, 'utf8'), { ...report, results }))
  await writeFile(join(docs, 'performance.svg'), drawChart(results))
}

/** As the keys are listed, whenever they were measured. */
function inOrder(results: readonly KeyResult[]): readonly KeyResult[] {
  const place = ({ name }: KeyResult) => keys.findIndex((key) => key.name === name)
  return results.toSorted((a, b) => place(a) - place(b))
}

async function readReport(file: string): Promise<Report> {
  // JSON has no NaN, which stands for what cannot be measured.
  const revive = (_key: string, value: unknown) => (value === null ? Number.NaN : value)
  return JSON.parse(await readFile(file, 'utf8'), revive) as Report // `run` wrote it
}

/** The first signal ends the run after the key that is being measured, with a report; the second at once. */
function askedToStop(): AbortSignal {
  const asked = new AbortController()
  const stop = () => {
    if (asked.signal.aborted) process.exit(1)
    say('Ending after this key ...')
    asked.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return asked.signal
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

// Each server that is started sees to it that it ends with this process.
process.setMaxListeners(100)
// Where `npm start` has it; all processes of Node that are measured get it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.sansfilm/compiled', import.meta.url))
await main(readSettings(process.argv.slice(2)))
