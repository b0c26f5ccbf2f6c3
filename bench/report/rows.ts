import { figureOf, type KeyResult, type ServerResult } from '../run/result.ts'
import { formatFigure, formatNumber } from './format.ts'
import { judge, judgeGrowth, ratioOf, type Verdict } from './judge.ts'

export const columns = [
  'key',
  'unit',
  'ours',
  'Orthanc',
  'nginx',
  'Node',
  'PostgreSQL + MinIO',
  'ratio and target',
  'met',
  'memory MB',
] as const

/** The table that people read: a line a key, and one for each rule of growth. */
export function rowsOf(results: readonly KeyResult[]): readonly (readonly string[])[] {
  return [...results.map(rowOf), ...growthRows(results)]
}

function rowOf(result: KeyResult): readonly string[] {
  const { sansfilm, orthanc, nginx, node } = result.servers
  const verdicts = judge(result)
  const memory = [sansfilm, orthanc].map((server) => figureOf(server)?.memory)
  return [
    result.unequal === undefined ? result.name : `${result.name} !`,
    result.unit,
    result.failure === undefined ? formatServer(sansfilm) : 'failed',
    formatServer(orthanc),
    formatServer(nginx),
    formatServer(node),
    formatScaled(result),
    verdicts.map(formatVerdict).join('; '),
    metOf(verdicts.map(({ met }) => met)),
    memory
      .map((megabytes) =>
        megabytes === undefined || Number.isNaN(megabytes) ? '-' : `+${formatNumber(Math.max(0, megabytes))}`,
      )
      .join(' / '),
  ]
}

function growthRows(results: readonly KeyResult[]): readonly (readonly string[])[] {
  return judgeGrowth(results).map(({ of, against, ratio, atMost, met }) => [
    `${of} : ${against}`,
    'times',
    formatNumber(ratio),
    '',
    '',
    '',
    '',
    `at most ${atMost}`,
    metOf([met]),
    '',
  ])
}

const formatServer = (server: ServerResult | undefined): string =>
  server?.failure === undefined ? formatFigure(figureOf(server)) : 'failed'

/** With how many times better it is than the embedded default: less than 1 is what PostgreSQL and MinIO cost. */
function formatScaled(result: KeyResult): string {
  const { sansfilm, scaled } = result.servers
  const [embedded, figure] = [figureOf(sansfilm), figureOf(scaled)]
  if (embedded === undefined || figure === undefined || scaled?.failure !== undefined) return formatServer(scaled)
  return `${formatFigure(figure)}; ${formatNumber(ratioOf(result, figure, embedded))} of ours`
}

const formatVerdict = ({ against, ratio, target, side }: Verdict): string =>
  `${against} ${formatNumber(ratio)}${side === 'at least' ? ' of ' : ', at most '}${target}`

function metOf(met: readonly boolean[]): string {
  if (met.length === 0) return ''
  return met.every(Boolean) ? 'yes' : met.some(Boolean) ? 'partly' : 'no'
}

/** What the table's marks stand for, in this run. */
export function remarksOf(results: readonly KeyResult[]): readonly string[] {
  return results.flatMap(({ name, unequal, servers, failure: whole }) => [
    ...(whole === undefined ? [] : [`${name}: not measured: ${whole.slice(0, 300)}`]),
    ...(unequal === undefined ? [] : [`${name} !: ${unequal}`]),
    ...Object.entries(servers).flatMap(([server, { failure }]) =>
      failure === undefined ? [] : [`${name}: ${server} failed: ${failure.slice(0, 300)}`],
    ),
  ])
}
