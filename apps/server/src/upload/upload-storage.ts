import type { Request } from 'express'
import type { StorageEngine } from 'multer'

/** A part of the form, handed over as it comes. */
export interface UploadedPart {
  /** As the browser names it, with its folders; for display only. */
  readonly name: string
  /** The name of the form field, by which the page knows its file. */
  readonly field: string
  /** To be read once. Whoever stops early may leave the rest. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Receiving a part failed, for the reason in `cause`; every other error of multer concerns the form. */
export class PartFailure extends Error {}

/**
 * A multer storage that keeps nothing: each part goes to `receive` while the request is still being read, and the request
 * is read no faster than parts are.
 */
export function uploadStorage(receive: (request: Request, part: UploadedPart) => Promise<void>): StorageEngine {
  return {
    _handleFile(request, file, callback) {
      const { stream, fieldname: field, originalname: name } = file
      // The parser waits for ever for a stream that was destroyed: it is left open, and what nobody wants runs off.
      const bytes: AsyncIterable<Uint8Array> = stream.iterator({ destroyOnReturn: false })
      receive(request, { name, field, bytes })
        .finally(() => stream.resume())
        .then(
          () => callback(null),
          (cause: unknown) => callback(new PartFailure('A part could not be received', { cause })),
        )
    },
    _removeFile(_request, _file, callback) {
      // What was stored before the request broke off stays stored; its outcome was told.
      callback(null)
    },
  }
}
