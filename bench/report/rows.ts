import { figureOf, type KeyResult } from '../run/result.ts'
import { formatFigure, formatNumber } from './format.ts'
import { judge, judgeGrowth, type Verdict } from './judge.ts'

export const columns = [
  'key',
  'unit',
  'ours',
  'Orthanc',
  'nginx',
  'Node',
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
    sansfilm?.failure === undefined ? formatFigure(figureOf(sansfilm)) : 'failed',
    orthanc?.failure === undefined ? formatFigure(figureOf(orthanc)) : 'failed',
    formatFigure(figureOf(nginx)),
    formatFigure(figureOf(node)),
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
    `at most ${atMost}`,
    metOf([met]),
    '',
  ])
}

const formatVerdict = ({ against, ratio, target, side }: Verdict): string =>
  `${against} ${formatNumber(ratio)}${side === 'at least' ? ' of ' : ', at most '}${target}`

function metOf(met: readonly boolean[]): string {
  if (met.length === 0) return ''
  return met.every(Boolean) ? 'yes' : met.some(Boolean) ? 'partly' : 'no'
}

/** What the table's marks stand for, in this run. */
export function remarksOf(results: readonly KeyResult[]): readonly string[] {
  return results.flatMap(({ name, unequal, servers }) => [
    ...(unequal === undefined ? [] : [`${name} !: ${unequal}`]),
    ...Object.entries(servers).flatMap(([server, { failure }]) =>
      failure === undefined ? [] : [`${name}: ${server} failed: ${failure.slice(0, 300)}`],
    ),
  ])
}
