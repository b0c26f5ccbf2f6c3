import { countDisturbed, type Report } from './report.ts'
import { columns, remarksOf, rowsOf } from './rows.ts'

const begin = '<!-- The last run, written by `pnpm bench --docs`. -->'
const end = '<!-- The end of the last run. -->'

/** Puts a run in the place that a page has for it. @throws Error where it has none */
export function replaceLastRun(page: string, report: Report): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to === -1) throw new Error(`The page has no place for a run between ${begin} and ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${formatRun(report)}\n\n${page.slice(to)}`
}

function formatRun(report: Report): string {
  const { machine, results, sizes } = report
  const { disturbed, all } = countDisturbed(results)
  return [
    `${report.date}, commit ${machine.commit}${report.quick ? ', with `--quick`: smaller studies, shorter repetitions' : ''}.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GiB; ${machine.system}; ${machine.fileSystem}. ` +
      `${report.versions.join('; ')}. Client on the same machine: ${machine.client}.`,
    `Search steps 0, 1 and 2: ${sizes.searchSteps.join(', ')} studies. CT of ${sizes.ctSlices}, MR series of ${sizes.mrSeriesInstances}, ` +
      `instances of ${sizes.enhancedFrames} and ${sizes.smallFrames} frames; repetitions of ${sizes.seconds} s, ${sizes.repetitions} of each.`,
    ...report.missing.map((reason) => `Not measured: ${reason}.`),
    `${disturbed} of ${all} repetitions were disturbed by other processes and dropped where calm ones were left; ` +
      '`~` marks figures that had none.',
    `![Times better than Orthanc, by key](performance.svg)`,
    formatMarkdownTable(columns, rowsOf(results)),
    ...remarksOf(results).map((remark) => `- ${remark}`),
  ].join('\n\n')
}

function formatMarkdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
