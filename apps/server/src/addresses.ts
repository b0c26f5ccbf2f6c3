import type { ServerConfig } from './config.ts'

/** Where people and programs find the server; none ends with a slash but those of pages. */
export interface Addresses {
  readonly home: string
  readonly viewer: string
  readonly dicomweb: string
}

/** Paths on the server itself. */
export const paths = { viewer: '/viewer', dicomweb: '/dicom-web', wado: '/wado', upload: '/upload' } as const

/** The path that a proxy has put in front of the server, without a slash at its end: `/archive` or ``. */
export function prefixOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')
}

/** The addresses to tell the person who started the server. */
export function addressesOf({ publicUrl, host }: Pick<ServerConfig, 'publicUrl' | 'host'>, port: number): Addresses {
  const root = publicUrl ?? `http://${hostInUrl(host)}:${port}`
  return { home: `${root}/`, viewer: `${root}${paths.viewer}/`, dicomweb: `${root}${paths.dicomweb}` }
}

function hostInUrl(host: string): string {
  // Every network includes this machine, and a browser opens no 0.0.0.0.
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
