import {
  backupOptions,
  dataOptions,
  limitOptions,
  moveOptions,
  type OptionTable,
  restoreOptions,
  sampleOptions,
  serverOptions,
} from '../../apps/server/src/options.ts'
import type { Tables } from './generated-tables.ts'
import type { Table } from './table.ts'

/** The tables of docs/reference/options.md. */
export const optionsTables: Tables = {
  archive: optionsTable(dataOptions),
  server: optionsTable(without(serverOptions, limitOptions)),
  limits: optionsTable(limitOptions),
  start: optionsTable(sampleOptions),
  move: optionsTable(moveOptions),
  backup: optionsTable(backupOptions),
  restore: optionsTable(restoreOptions),
}

function optionsTable(options: OptionTable): Table {
  return {
    header: ['Flag', 'Variable', 'Default', 'What it does'],
    rows: Object.values(options).map(({ flags, env, help, default: preset, parse }) => [
      `\`${flags}\``,
      `\`${env}\``,
      parse === undefined ? 'off' : preset === undefined || preset === '' ? 'none' : `\`${preset}\``,
      help,
    ]),
  }
}

function without(options: OptionTable, others: OptionTable): OptionTable {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in others)))
}
