import { type Command, Option } from 'commander'
import { OptionError, parseSwitch } from './option-values.ts'
import {
  dataOptions,
  type OptionRow,
  type OptionTable,
  type Settings,
  sampleOptions,
  serverOptions,
} from './options.ts'

/** Where the archive lies and how it is kept. */
export type ArchiveConfig = Settings<typeof dataOptions>

/** What one command is told beyond the archive. */
export type CommandSettings<Table extends OptionTable> = Settings<Table>

/** Everything a server is told. */
export type ServerConfig = ArchiveConfig & Settings<typeof serverOptions> & { readonly sample: boolean }

/** The command line or the environment cannot be used; one line for each problem. Nothing has been started. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Gives a command the flags of a table. */
export function addOptions(command: Command, table: OptionTable): Command {
  for (const row of Object.values(table)) command.addOption(flagOf(row))
  return command
}

/**
 * The settings of `table` after the command line was parsed: a flag wins over its environment variable, and that over
 * the default.
 * @throws ConfigError naming every value that cannot be used
 */
export function readSettings<Table extends OptionTable>(
  table: Table,
  command: Command,
  env: NodeJS.ProcessEnv,
): Settings<Table> {
  const problems: string[] = []
  const settings = Object.entries(table).map(([name, row]) => {
    const { source, text } = given(row, command, env)
    try {
      if (row.parse === undefined) return [name, text !== undefined && parseSwitch(text)]
      return [name, text === undefined ? undefined : row.parse(text)]
    } catch (error) {
      if (!(error instanceof OptionError)) throw error
      const value = row.secret ? 'the value' : `"${text}"`
      problems.push(`${source}: ${value} cannot be used; ${error.message}.`)
      return [name, undefined]
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)
  // The rows decide the types, one by one; Object.entries forgets that.
  return Object.fromEntries(settings) as Settings<Table>
}

/** Reads the settings of an archive. @throws ConfigError */
export function readArchiveConfig(command: Command, env: NodeJS.ProcessEnv): ArchiveConfig {
  return readSettings(dataOptions, command, env)
}

/**
 * Reads the settings of a server.
 * @param mayHaveSample whether the command has the options of the sample study
 * @throws ConfigError also for settings that contradict each other
 */
export function readServerConfig(command: Command, env: NodeJS.ProcessEnv, mayHaveSample: boolean): ServerConfig {
  const settings = readSettings({ ...dataOptions, ...serverOptions }, command, env)
  const sample = mayHaveSample && !readSettings(sampleOptions, command, env).noSample && !settings.readOnly
  const conflicts = findConflicts(settings)
  if (conflicts.length > 0) throw new ConfigError(conflicts)
  return { ...settings, sample }
}

function findConflicts(settings: Omit<ServerConfig, 'sample'>): string[] {
  if (!settings.readOnly || settings.onConflict !== 'replace') return []
  return ['--read-only and --on-conflict replace contradict each other: a read-only archive replaces nothing.']
}

function flagOf(row: OptionRow): Option {
  const defaultText = row.default === undefined || row.default === '' ? '' : `default: ${row.default}; `
  return new Option(row.flags, `${row.help} (${defaultText}env: ${row.env})`)
}

/** What was said for the row, and where. */
function given(row: OptionRow, command: Command, env: NodeJS.ProcessEnv): { source: string; text: string | undefined } {
  const flag = flagOf(row)
  const attribute = flag.attributeName()
  if (command.getOptionValueSource(attribute) === 'cli') {
    const value: unknown = command.getOptionValue(attribute)
    return { source: flag.long ?? row.flags, text: typeof value === 'string' ? value : 'true' }
  }
  // An empty variable is as good as none: compose files and shells cannot always leave one out.
  const fromEnv = env[row.env]
  if (fromEnv !== undefined && fromEnv !== '') return { source: row.env, text: fromEnv }
  return { source: flag.long ?? row.flags, text: row.default }
}
