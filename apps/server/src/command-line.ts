import { Command, CommanderError } from 'commander'
import type { CompactFlags } from './commands/compact.ts'
import type { MigrateFlags } from './commands/migrate.ts'
import type { SweepFlags } from './commands/sweep.ts'
import { addOptions, ConfigError, readArchiveConfig, readServerConfig } from './config.ts'
import { registerCopies } from './copies/register-copies.ts'
import { registerImport } from './import/register-import.ts'
import { dataOptions, sampleOptions, serverOptions } from './options.ts'
import { StartError } from './start-error.ts'
import { version } from './version.ts'

/** The command line `sansfilm`. Each command loads what it needs when it runs: `--help` answers at once. */
function createProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('sansfilm')
    .description('A DICOMweb archive with a viewer.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('--help shows every option; through npm behind two dashes: npm start -- --help.')
    // As every other message of the program begins.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'sansfilm: ')) })

  const serverCommand = (name: string, description: string, mayHaveSample: boolean) => {
    const command = addOptions(program.command(name).description(description), { ...dataOptions, ...serverOptions })
    if (mayHaveSample) addOptions(command, sampleOptions)
    command.action(async () => {
      const config = readServerConfig(command, env, mayHaveSample)
      const { serve } = await import('./serve.ts')
      const sample = config.sample ? (await import('@sansfilm/sample')).drawSampleStudies : undefined
      await serve(config, sample)
    })
  }
  serverCommand('serve', 'serve the archive', false)
  serverCommand('start', 'serve the archive, and put a sample study into it while it is empty (npm start)', true)

  registerImport(program)
  registerCopies(program, env)

  const archiveCommand = (name: string, description: string) =>
    addOptions(program.command(name).description(description), dataOptions)
  const verify = archiveCommand(
    'verify',
    're-read every stored object against its digest; exit status 1 where one differs',
  )
  verify.option('--report', 'read nothing, and tell what the servers have found in the background')
  verify.action(async ({ report }: { readonly report?: boolean }) => {
    const config = readArchiveConfig(verify, env)
    if (report === true) {
      const { runVerifyReport } = await import('./commands/verify-report.ts')
      process.exitCode = await runVerifyReport(config)
    } else {
      const { runVerify } = await import('./commands/verify.ts')
      process.exitCode = await runVerify(config)
    }
  })
  const reindex = archiveCommand('reindex', 'rebuild the index from the stored objects alone')
  reindex.action(async () => {
    const { runReindex } = await import('./commands/reindex.ts')
    process.exitCode = await runReindex(readArchiveConfig(reindex, env))
  })
  const migrate = archiveCommand('migrate', 'bring the schema of the index up to date, and do nothing else')
  migrate.option('--check', 'tell whether something is due, and change nothing; exit status 1 where it is')
  migrate.action(async (flags: MigrateFlags) => {
    const { runMigrate } = await import('./commands/migrate.ts')
    process.exitCode = await runMigrate(readArchiveConfig(migrate, env), flags)
  })
  const stats = archiveCommand('stats', 'what the archive holds')
  stats.action(async () => {
    const { runStats } = await import('./commands/stats.ts')
    process.exitCode = await runStats(readArchiveConfig(stats, env))
  })
  const sweep = archiveCommand('sweep', 'remove stored bytes that nothing refers to any more')
  sweep
    .option('--dry-run', 'count, and remove nothing')
    .option('--even-if-index-is-empty', 'also when the index holds no instance at all')
  sweep.action(async (flags: SweepFlags) => {
    const { runSweep } = await import('./commands/sweep.ts')
    process.exitCode = await runSweep(readArchiveConfig(sweep, env), flags)
  })
  const compact = archiveCommand(
    'compact',
    'let small instances share objects in the order of their series, where it saves reads',
  )
  compact.option('--dry-run', 'count, and move nothing')
  compact.action(async (flags: CompactFlags) => {
    const { runCompact } = await import('./commands/compact.ts')
    process.exitCode = await runCompact(readArchiveConfig(compact, env), flags)
  })
  return program
}

/** Exit statuses: 0 done, 1 the command failed, 2 the command line or the environment cannot be used. */
export async function runCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    await createProgram(env).parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    // Commander has printed what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof ConfigError) return fail(error.message, 2)
    if (error instanceof StartError) return fail(error.message, 1)
    return fail(error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
  }
}

function fail(message: string, status: number): number {
  process.stderr.write(`sansfilm: ${message}\n`)
  return status
}
