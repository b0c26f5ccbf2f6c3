import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The files that packages show to the world, by the `exports` of their manifests. */
function entryPoints(): readonly string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name)
    const manifest: { readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>> } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    )
    return Object.values(manifest.exports).map((conditions) => join(folder, conditions['sansfilm-source'] ?? ''))
  })
}

interface Export {
  readonly name: string
  readonly file: string
  /** The comment before its declaration, without its stars; `undefined` where there is none. */
  readonly comment: string | undefined
}

/** What an entry point exports, by name, and what it declares itself. */
function exportsOf(entry: string): readonly Export[] {
  const source = readFileSync(entry, 'utf8')
  const passedOn = [...source.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => declarationOf(name, join(dirname(entry), from))),
  )
  const declared = [...source.matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm)]
  return [...passedOn, ...declared.map(([, name = '']) => declarationOf(name, entry))]
}

function declarationOf(name: string, file: string): Export {
  const source = readFileSync(file, 'utf8')
  const declaration = new RegExp(
    `^export (?:declare )?(?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`,
    'm',
  )
  const at = source.search(declaration)
  const again = new RegExp(`^export (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from '([^']+)'`, 'm').exec(source)?.[1]
  if (at === -1 && again !== undefined) return declarationOf(name, join(dirname(file), again))
  // Comments of the linter may stand between.
  const before = source.slice(0, Math.max(at, 0)).replace(/(^\/\/.*\n)+$/m, '')
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n$/.exec(before)?.[1]
  return { name, file: relative(root, file), comment: comment?.replace(/^\s*\*? ?/gm, '').trim() }
}

describe.each(entryPoints().map((entry) => ({ entry: relative(root, entry) })))('$entry', ({ entry }) => {
  test('says of each export what it is', () => {
    const exported = exportsOf(join(root, entry))
    expect(exported.length).toBeGreaterThan(0)
    const silent = exported.filter(({ comment }) => comment === undefined || !/^[^@]*\S/.test(comment))
    expect(silent.map(({ name, file }) => `${name} of ${file}`)).toEqual([])
  })
})
