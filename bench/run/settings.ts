import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fullSizes, quickSizes, type Sizes } from '../archives/sizes.ts'
import type { OrthancProgram } from '../servers/orthanc.ts'

export const usage = `pnpm bench [options]

  --keys a,b            only keys whose names begin so (--list shows them)
  --quick               smaller studies and shorter repetitions: some minutes in all
  --repetitions N       calm repetitions of each key on each server
  --json FILE           write everything that was measured, after each key
                        (default: sansfilm-bench.json in the temporary folder)
  --continue            measure the keys alone that the file of --json has no figures for, and add them
  --docs                write docs/performance.md's figures and chart
  --from FILE           measure nothing: the table, and with --docs the page, of a file that --json wrote
  --list                list the keys and end
  --orthanc COMMAND     Orthanc's program (default: Orthanc)
  --orthanc-plugin FILE its DICOMweb plugin (default: where Debian has it)
  --folder FOLDER       where studies and archives go; removed at the end (default: a temporary folder)
  --profile FOLDER      let the archive write CPU profiles there`

export interface Settings {
  readonly keys: readonly string[]
  readonly quick: boolean
  readonly sizes: Sizes
  readonly json: string
  readonly continues: boolean
  readonly docs: boolean
  readonly from: string | undefined
  readonly list: boolean
  readonly help: boolean
  readonly orthanc: OrthancProgram
  readonly folder: string | undefined
  readonly profile: string | undefined
}

/** @throws TypeError in plain words where an argument is not known */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      keys: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      repetitions: { type: 'string' },
      json: { type: 'string', default: join(tmpdir(), 'sansfilm-bench.json') },
      continue: { type: 'boolean', default: false },
      from: { type: 'string' },
      docs: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      orthanc: { type: 'string', default: 'Orthanc' },
      'orthanc-plugin': { type: 'string' },
      folder: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const { quick, json, docs, from, list, help, folder, profile } = values
  const sizes = quick ? quickSizes : fullSizes
  const repetitions = values.repetitions === undefined ? sizes.repetitions : Number(values.repetitions)
  if (!Number.isInteger(repetitions) || repetitions < 1)
    throw new TypeError('--repetitions wants a whole number from 1')
  return {
    keys: values.keys.split(',').filter((name) => name !== ''),
    quick,
    sizes: { ...sizes, repetitions },
    json,
    continues: values.continue,
    docs,
    from,
    list,
    help,
    orthanc: { command: values.orthanc, plugin: values['orthanc-plugin'] },
    folder,
    profile,
  }
}
