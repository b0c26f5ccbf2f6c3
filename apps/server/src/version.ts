import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url)('../package.json') as { version: string } // npm demands it of every package

/** The version of the server. */
export const { version } = manifest
