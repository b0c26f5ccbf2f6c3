import { type Command, InvalidArgumentError, Option } from 'commander'
import { addOptions } from '../config.ts'
import { dataOptions } from '../options.ts'

/** The flags of the command itself, as commander reads them. */
export interface ImportFlags {
  readonly to?: URL
  readonly header: Readonly<Record<string, string>>
  readonly concurrency: number
}

/** Adds `import` to the command line. The exit status is left in `process.exitCode`. */
export function registerImport(program: Command): void {
  const command = program
    .command('import')
    .description('store folders, files and zips; safe to interrupt and to repeat')
    .argument('<paths...>', 'folders (with all below), DICOM files, zips')
    .addOption(
      new Option(
        '--to <url>',
        'DICOMweb root of a running server, as http://localhost:8042/dicom-web; without it, into the data folder itself, which a server may have open',
      ).argParser(parseRoot),
    )
    .addOption(
      new Option('--header <field>', 'header field for --to, as "Authorization: Bearer TOKEN"; may be repeated')
        .argParser(parseHeader)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--concurrency <number>', 'requests under way at once, of one long file or several small ones each')
        .argParser(parseConcurrency)
        .default(4),
    )
  addOptions(command, dataOptions).action(async (paths: string[], flags: ImportFlags) => {
    const { runImport } = await import('./run-import.ts')
    process.exitCode = await runImport(command, paths, flags)
  })
}

function parseRoot(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('An address such as http://localhost:8042/dicom-web is wanted.')
  }
  return url
}

function parseHeader(text: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('"Name: value" is wanted.')
  return { ...previous, [name.toLowerCase()]: value }
}

function parseConcurrency(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 64) throw new InvalidArgumentError('1 to 64 is wanted.')
  return number
}
