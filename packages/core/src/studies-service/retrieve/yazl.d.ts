/** The part of yazl that is used here; the package brings no types. */
declare module 'yazl' {
  import type { Readable } from 'node:stream'

  export interface EntryOptions {
    readonly compress?: boolean
    readonly size?: number
    readonly mtime?: Date
  }

  export class ZipFile {
    readonly outputStream: Readable
    addReadStream(stream: Readable, name: string, options: EntryOptions): void
    addBuffer(bytes: Buffer, name: string, options: Omit<EntryOptions, 'size'>): void
    end(): void
    on(event: 'error', listener: (error: Error) => void): this
  }
}
