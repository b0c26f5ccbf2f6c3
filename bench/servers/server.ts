import type { HttpRequest } from '../measure/http-connection.ts'

/** What is measured, and what it is measured against; `scaled` is ours over PostgreSQL and a bucket. */
export type ServerName = 'sansfilm' | 'orthanc' | 'nginx' | 'node' | 'scaled'

/** Those that store. */
export const archiveNames = ['sansfilm', 'orthanc', 'scaled'] as const satisfies readonly ServerName[]

/** A resource below the DICOMweb root, and how it is asked for. */
export interface Get {
  /** Begins with a slash; may have a query. */
  readonly path: string
  readonly accept: string
  readonly gzip?: boolean
  /** As in the header field: `bytes=0-65535`. */
  readonly range?: string
}

/** A server in a process of its own on a port of its own. */
export interface BenchServer {
  readonly name: ServerName
  readonly port: number
  /** Its first process. */
  readonly pid: number
  /** Where all lies that it keeps. */
  readonly folder: string
  /** The request for a resource, as this server spells it. */
  request(get: Get): HttpRequest
  /** Stops and starts it on the same data. @returns seconds from the start of the process to the first answer */
  restart(): Promise<number>
  stop(): Promise<void>
}

/** An archive that stores, too. */
export interface Archive extends BenchServer {
  readonly name: (typeof archiveNames)[number]
  /** The request that stores Part 10 files. */
  store(files: readonly Part10Body[]): HttpRequest
}

/** The bytes of a Part 10 file, at hand or still to be read. */
export interface Part10Body {
  readonly length: number
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Why a server that would be measured against is not there. */
export class MissingServerError extends Error {}
