import { createDicomweb, type Dicomweb, defaultLimits, type Limits } from '@sansfilm/core'
import { createPixelWorkers, type PixelWorkers } from '@sansfilm/pixel-workers'
import type { Logger } from 'pino'
import { addressesOf } from './addresses.ts'
import { createApp } from './app.ts'
import { backFillArchive } from './back-filling.ts'
import { claimArchive } from './claim-archive.ts'
import type { ServerConfig } from './config.ts'
import { type KeptResults, openKeptResults } from './derived-cache.ts'
import { nameOfDatabase } from './index-setting.ts'
import { inflateArchive } from './inflating.ts'
import { listen, portOf } from './listen.ts'
import { createLog } from './log.ts'
import { logEvents } from './log-events.ts'
import { type Archive, openArchive } from './open-archive.ts'
import { limitOptions } from './options.ts'
import { pause } from './pause.ts'
import { describeError, logFailure } from './problem.ts'
import { createReadiness } from './readiness.ts'
import { type SampleSource, storeSample } from './sample.ts'
import { askedToStop, closeServer, drain } from './shut-down.ts'
import { nameOfBucket } from './storage-setting.ts'
import { sweepPeriodically } from './sweeping.ts'
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts'
import { verifyArchive } from './verifying.ts'

/** Those who waited for the start are answered first: what is done in the background waits for so long. */
const settlingMs = 1000

/**
 * Serves an archive until the process is asked to stop, and then finishes what is in flight.
 * @param draw gives the sample study to store while the archive is empty
 * @throws StartError
 */
export async function serve(config: ServerConfig, draw?: SampleSource): Promise<void> {
  const stop = askedToStop()
  const log = createLog(config.logLevel)
  endOnUncaught(log)
  const stopping = new AbortController()
  const telemetry = await createTelemetry(config, process.env, log)
  const archive = watchArchive(await openArchive(config, 'create'), telemetry)
  const pixels = createPixelWorkers({
    deadline: config.pixelDeadline,
    ...(config.pixelThreads !== undefined && { threads: config.pixelThreads }),
  })
  const kept = await openKeptResults(config, archive.cache)
  try {
    if (!config.readOnly) await claimArchive(archive)
    const dicomweb = createArchiveService(config, archive, pixels, kept, telemetry, log)
    const readiness = createReadiness(archive, log)
    const app = createApp({ config, archive, dicomweb, log, readiness, stopping: () => stopping.signal.aborted })
    await telemetry.start({ dicomweb, pixels, readiness })
    const server = await listen(app, config)
    const port = portOf(server)
    const addresses = addressesOf(config, port)
    const { host, data, readOnly } = config
    const bucket = config.storage.kind === 's3' ? nameOfBucket(config.storage) : undefined
    const database = config.index.kind === 'postgres' ? nameOfDatabase(config.index) : undefined
    log.info({ host, port, ...addresses, data, bucket, database, readOnly }, 'listening')
    announce(addresses, { data, bucket, database })
    const settled = pause(settlingMs, stopping.signal)
    const background = [
      settled.then(() => maintain(config, archive, kept, telemetry, log, stopping.signal)),
      settled.then(() =>
        verifyArchive(archive, {
          bytesPerDay: config.verifyBudget,
          log,
          signal: stopping.signal,
          watch: telemetry.maintenance,
        }),
      ),
    ]
    if (draw !== undefined) {
      const { signal } = stopping
      background.push(storeSample({ dicomweb, serviceRoot: addresses.dicomweb, draw, log, signal }))
    }

    const signal = await stop
    stopping.abort()
    if (config.drainDelay > 0) {
      log.info({ signal, ms: config.drainDelay }, 'stopping: not ready any more, and serving until others have noticed')
      await drain(server, config.drainDelay)
    }
    log.info({ signal }, 'stopping: no new requests, finishing those in flight')
    const served = await closeServer(server)
    if (!served) log.warn('some clients were cut off: they did not finish in time')
    await Promise.all(background)
  } finally {
    await pixels.close()
    await kept.close()
    await archive.close()
    await telemetry.close()
  }
  log.info('stopped')
}

/**
 * What nobody caught leaves a state that nobody knows: the process ends, and whoever looks after it starts another. What
 * was acknowledged is stored, and what was not is swept.
 */
function endOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ error: describeError(error) }, 'ended by an error that nobody caught')
    process.exit(1)
  })
}

function watchArchive(archive: Archive, telemetry: Telemetry): Archive {
  const { storage, index } = archive
  return { ...archive, storage: telemetry.watch(storage, 'storage'), index: telemetry.watch(index, 'index') }
}

function createArchiveService(
  config: ServerConfig,
  archive: Archive,
  { renderer, transcoder, pictureReader }: PixelWorkers,
  { cache }: KeptResults,
  telemetry: Telemetry,
  log: Logger,
): Dicomweb {
  return createDicomweb({
    storage: archive.storage,
    index: archive.index,
    renderer: telemetry.watch(renderer, 'renderer'),
    transcoder: telemetry.watch(transcoder, 'transcoder'),
    pictureReader,
    derivedCache: telemetry.watchCache(cache),
    onConflict: archive.onConflict,
    extraAttributes: archive.extraAttributes,
    readOnly: config.readOnly,
    allowDelete: !config.noDelete,
    origins: config.corsOrigins,
    listeners: [logEvents(log), ...telemetry.listeners],
    ...(telemetry.observe !== undefined && { observe: telemetry.observe }),
    limits: limitsOf(config),
    reportBug: (error, context) => logFailure(log, error, context?.requestId),
  })
}

/** One after the other, for both want the archive's lock. */
async function maintain(
  config: ServerConfig,
  archive: Archive,
  { trim }: KeptResults,
  { maintenance }: Telemetry,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  await backFillArchive(archive, { log, signal })
  if (config.readOnly) return
  await inflateArchive(archive, { limits: { ...defaultLimits, ...limitsOf(config) }, log, signal })
  await sweepPeriodically(archive, {
    intervalMs: config.sweepInterval,
    graceMs: config.sweepGrace,
    log,
    signal,
    trim,
    onSwept: maintenance.onSwept,
    onCompacted: maintenance.onCompacted,
  })
}

/** For the person at the keyboard: on standard error, so that standard output is JSON lines alone. */
function announce(
  { home, viewer, dicomweb }: ReturnType<typeof addressesOf>,
  { data, bucket, database }: Readonly<Record<'data', string> & Record<'bucket' | 'database', string | undefined>>,
): void {
  const objects = bucket === undefined ? '' : `  Objects     ${bucket}\n`
  const index = database === undefined ? '' : `  Index       ${database}\n`
  process.stderr.write(
    `\nSansfilm is ready. Ctrl-C ends it.\n\n  Home page   ${home}\n  Viewer      ${viewer}\n  DICOMweb    ${dicomweb}\n  Data        ${data}\n${objects}${index}\n`,
  )
}

function limitsOf(config: ServerConfig): Partial<Limits> {
  const names = Object.keys(limitOptions) as (keyof typeof limitOptions)[] // a literal's own keys
  return Object.fromEntries(names.map((name) => [name, config[name]]))
}
