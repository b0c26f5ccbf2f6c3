import type { WriteStream } from 'node:tty'
import { formatBytes, formatCount, formatDuration } from './format-amounts.ts'
import type { ImportProgress } from './import-paths.ts'

/** Files and bytes at the origin. */
export interface Amount {
  readonly files: number
  readonly bytes: number
}

/** Shows how far an import is. */
export interface ProgressDisplay {
  add(progress: ImportProgress): void
  /** Says how much there is in all, once that is known. */
  expect(total: Amount): void
  /** Clears the bar, or writes the last line. */
  end(): void
}

/** A bar is drawn anew ten times a second; lines, for logs, come every five seconds. */
const barInterval = 100
const lineInterval = 5000
const barWidth = 24

/** What is drawn is the state at that moment: bytes, files, rates since the start, and the time left once that is known. */
export function createProgressDisplay(
  output: Pick<WriteStream, 'write' | 'isTTY'> & { readonly columns?: number },
  now: () => number = () => performance.now(),
): ProgressDisplay {
  const started = now()
  const done = { files: 0, bytes: 0, refused: 0 }
  let total: Amount | undefined
  const timer = setInterval(draw, output.isTTY ? barInterval : lineInterval)
  timer.unref()

  function draw(): void {
    const line = progressLine(done, total, now() - started)
    if (!output.isTTY) output.write(`${line}\n`)
    // Some terminals say that they have 0 columns.
    else output.write(`\r${line.slice(0, (output.columns || 80) - 1)}\x1b[K`)
  }

  return {
    add({ outcome, bytes }) {
      done.files += 1
      done.bytes += bytes
      if (outcome.status === 'refused') done.refused += 1
    },
    expect(amount) {
      total = amount
    },
    end() {
      clearInterval(timer)
      if (output.isTTY) output.write('\r\x1b[K')
    },
  }
}

/**
 * What matters most comes first, for a narrow terminal cuts off the end.
 * @param elapsed milliseconds
 */
export function progressLine(
  done: Amount & { readonly refused: number },
  total: Amount | undefined,
  elapsed: number,
): string {
  const seconds = Math.max(elapsed / 1000, 0.001)
  const share = total === undefined || total.bytes === 0 ? undefined : Math.min(done.bytes / total.bytes, 1)
  return [
    ...(share === undefined ? [] : [`${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`]),
    ...(share === undefined || share === 0 || share === 1
      ? []
      : [`${formatDuration((elapsed / share) * (1 - share))} left`]),
    `${formatCount(done.files)} files`,
    ...(done.refused > 0 ? [`${formatCount(done.refused)} refused`] : []),
    formatBytes(done.bytes),
    `${formatBytes(done.bytes / seconds)}/s`,
    `${formatCount(Math.round(done.files / seconds))} files/s`,
  ].join('  ')
}

function bar(share: number): string {
  const filled = Math.round(share * barWidth)
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`
}
