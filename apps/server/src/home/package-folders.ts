import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/** The folder of this package, from the sources and from what is built alike. */
function packageFolder(): string {
  const manifest = findPackageJSON('.', import.meta.url)
  if (manifest === undefined) throw new Error('The server runs outside of its package')
  return dirname(manifest)
}

/** Files of the pages, which no build step touches. */
export const assetsFolder = join(packageFolder(), 'src/home/assets')

/** The documents of the repository. */
export const docsFolder = join(packageFolder(), '../../docs')
