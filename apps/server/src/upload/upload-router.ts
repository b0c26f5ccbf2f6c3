import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Context, type Dicomweb, DicomwebError } from '@sansfilm/core'
import { type Request, type Response, Router } from 'express'
import multer from 'multer'
import { type ConcurrencyLimit, createConcurrencyLimit, forEachConcurrently } from '../import/concurrency-limit.ts'
import { dicomwebTarget } from '../import/dicomweb-target.ts'
import { headLength, kindOfHead } from '../import/file-kind.ts'
import { type FileOutcome, refused } from '../import/file-outcome.ts'
import { peekBytes } from '../import/peek-bytes.ts'
import type { SourceFile } from '../import/source-file.ts'
import { storeFile } from '../import/store-file.ts'
import type { StoreTarget } from '../import/store-target.ts'
import { storeZip } from '../import/store-zip.ts'
import { UnreadableError } from '../import/unreadable-error.ts'
import { defaultZipLimits, type ZipLimits } from '../import/zip-limits.ts'
import { sendProblem } from '../problem.ts'
import { refuseCrossSite } from './refuse-cross-site.ts'
import { createSpool, type Spool } from './spool.ts'
import { PartFailure, type UploadedPart, uploadStorage } from './upload-storage.ts'

export interface UploadOptions {
  readonly dicomweb: Dicomweb
  /** As browsers see this server, where a proxy changes Host: `https://pacs.example`. */
  readonly publicOrigin?: string
  /** Who stores: handed to the archive with each file. */
  readonly contextOf?: (request: Request, response: Response) => Partial<Context>
  /** Where zips lie while they are unpacked. Default a folder of the system's temporary one. */
  readonly spoolDirectory?: string
  /** Bytes of zips that lie there at once. Default 16 GiB. */
  readonly maxSpoolBytes?: number
  readonly zipLimits?: ZipLimits
  /** Files of one request, the beginnings of which may wait in memory at once. Default 200. */
  readonly maxFiles?: number
  /** Files of one request that are stored at once. Default 4. */
  readonly concurrency?: number
}

/** What one request shares. */
interface Upload {
  readonly target: StoreTarget
  readonly signal: AbortSignal
  readonly limit: ConcurrencyLimit
  readonly tell: (outcome: FileOutcome, field: string) => void
}

/**
 * `POST /`: stores the files of a form, each while it arrives; zips are unpacked. Answers with lines of JSON, one for each
 * file as soon as its outcome is known: `{"field","name","status","reason"}`, and `{"end":true}` when all is done. A
 * request that breaks off has no such last line but, where it can still be told, `{"error"}`.
 */
export function uploadRouter(options: UploadOptions): Router {
  const { dicomweb, publicOrigin, contextOf, zipLimits = defaultZipLimits, concurrency = 4 } = options
  const spool = createSpool(
    options.spoolDirectory ?? join(tmpdir(), 'sansfilm-upload'),
    options.maxSpoolBytes ?? 2 ** 34,
  )
  const uploads = new WeakMap<Request, Upload>()
  const form = multer({
    storage: uploadStorage(async (request, part) => {
      const upload = uploads.get(request)
      if (upload !== undefined) await receivePart(part, upload, spool, zipLimits, concurrency)
    }),
    limits: { files: options.maxFiles ?? 200, fields: 0, headerPairs: 20 },
    preservePath: true,
    defParamCharset: 'utf8',
  }).any()
  const router = Router()

  router.post('/', refuseCrossSite(publicOrigin), (request, response, next) => {
    if (request.is('multipart/form-data') === false) {
      return sendProblem(response, new DicomwebError('unsupported-media-type', 'multipart/form-data is wanted.'))
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    uploads.set(request, {
      target: dicomwebTarget(dicomweb, { ...contextFor(request, response) }),
      signal: gone.signal,
      limit: createConcurrencyLimit(concurrency),
      tell: (outcome, field) => tellLine(response, { field, ...outcome }),
    })
    form(request, response, (error: unknown) => {
      if (error === undefined || error === null) return endLines(response)
      if (gone.signal.aborted) return response.destroy()
      if (error instanceof PartFailure) return next(error.cause)
      const problem = `The form cannot be read: ${error instanceof Error ? error.message : String(error)}.`
      if (!response.headersSent) return sendProblem(response, new DicomwebError('bad-request', problem))
      tellLine(response, { error: problem })
      response.end()
    })
  })
  return router

  function contextFor(request: Request, response: Response) {
    return {
      serviceRoot: `${request.protocol}://${request.host}`,
      headers: { authorization: request.get('authorization'), cookie: request.get('cookie') },
      ...(contextOf !== undefined && { context: contextOf(request, response) }),
    }
  }
}

async function receivePart(
  { name, field, bytes }: UploadedPart,
  upload: Upload,
  spool: Spool,
  zipLimits: ZipLimits,
  concurrency: number,
): Promise<void> {
  const { target, signal, limit, tell } = upload
  async function store(file: SourceFile): Promise<void> {
    const verdict = await limit.run(() => storeFile(file, target, signal))
    tell({ name: file.name, ...verdict }, field)
  }
  const { head, bytes: whole } = await peekBytes(bytes, headLength)
  if (kindOfHead(head) !== 'zip') return store({ name, open: () => whole })
  try {
    await spool.lend(whole, (file) =>
      storeZip(
        file,
        name,
        zipLimits,
        (entries) => forEachConcurrently(entries, concurrency, store),
        (outcome) => tell(outcome, field),
      ),
    )
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    tell({ name, ...refused(error.message) }, field)
  }
}

function tellLine(response: Response, line: object): void {
  if (!response.headersSent) {
    // Proxies that gather an answer before they pass it on would hide the progress.
    response.status(200).type('application/x-ndjson').set({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  }
  response.write(`${JSON.stringify(line)}\n`)
}

function endLines(response: Response): void {
  tellLine(response, { end: true })
  response.end()
}
