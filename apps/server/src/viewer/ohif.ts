import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'

/** The built OHIF viewer as its package brings it. */
export interface Ohif {
  readonly version: string
  /** Its files lie here ... */
  readonly directory: string
  /** ... under these names, with `/` between folders. */
  readonly files: ReadonlySet<string>
}

/** Files of the build that are for other web servers, or that this server answers itself. */
const leftOut = new Set(['_headers', '_redirects', 'serve.json', 'sw.js', 'app-config.js', 'init-service-worker.js'])

/** Finds the viewer. It is used for its `dist/` alone. */
export function findOhif(): Ohif {
  const manifest = createRequire(import.meta.url).resolve('@ohif/app/package.json')
  const directory = join(dirname(manifest), 'dist')
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((name) => !leftOut.has(name))
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string } // npm demands it of every package
  return { version, directory, files: new Set(files) }
}
