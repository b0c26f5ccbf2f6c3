import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

/** One import, both ends as paths from the root of the repository; packages by their name. */
interface Import {
  readonly from: string
  readonly to: string
  /** Gone when it runs: types may refer to each other. */
  readonly typeOnly?: boolean
}

interface Rule {
  /** Of the importing file. The first rule that fits decides. */
  readonly files: RegExp
  /** What of ours may be imported; Node and dependencies are not looked at. */
  readonly may: readonly RegExp[]
}

const everything = [/./]
const ours = /^(@sansfilm\/|packages\/|apps\/|examples\/)/
const dicom = /^@sansfilm\/dicom$/
const adapterSide = [dicom, /^@sansfilm\/core\/(adapters|query)$/]
const core = (path: string): RegExp => new RegExp(`^packages/core/src/${path}`)

/** Between packages: apps → express, node, adapters → core → dicom. */
const betweenPackages: readonly Rule[] = [
  { files: /^packages\/(memory|storage-\w+|index-\w+)\/.*\.test\.ts$/, may: [/^@sansfilm\//] },
  // What tests of adapters share, the media that fail for them among it.
  { files: /^packages\/(storage|index)-\w+\/src\/testing\//, may: [...adapterSide, /^@sansfilm\/adapter-contracts$/] },
  { files: /^packages\/(express|node)\/.*\.test\.ts$/, may: [/^@sansfilm\//] },
  { files: /^packages\/dicom\//, may: [] },
  { files: /^packages\/core\//, may: [dicom] },
  { files: /^packages\/index-(sqlite|postgres)\//, may: [...adapterSide, /^@sansfilm\/index-sql$/] },
  { files: /^packages\/(memory|storage-\w+|index-sql|adapter-contracts)\//, may: adapterSide },
  { files: /^packages\/codecs\//, may: [dicom, /^@sansfilm\/core\/adapters$/] },
  { files: /^packages\/rendering\//, may: [dicom, /^@sansfilm\/codecs$/, /^@sansfilm\/core\/adapters$/] },
  {
    files: /^packages\/pixel-workers\//,
    may: [dicom, /^@sansfilm\/(codecs|rendering)(\/|$)/, /^@sansfilm\/core\/adapters$/],
  },
  { files: /^packages\/node\//, may: [/^@sansfilm\/core$/] },
  { files: /^packages\/express\//, may: [/^@sansfilm\/(core|node)$/] },
  { files: /^packages\/sample\//, may: [dicom] },
  { files: /^(apps|examples)\//, may: [/^@sansfilm\//] },
  // Documents are written from the tables of the code, which no package shows to the world.
  { files: /^scripts\//, may: everything },
  // A new package starts with nothing.
  { files: /./, may: [] },
]

/** Within core: errors ← http ← media-types, query ← services ← what puts them together. */
const service = (name: string): Rule => ({
  files: core(`studies-service/${name}/`),
  may: [
    dicom,
    core('(adapters|http|media-types|query)/'),
    core('(backend|context|derivations|errors|events|transaction)\\.ts'),
    core(`studies-service/(${name}/|[^/]+\\.ts)`),
  ],
})
const withinCore: readonly Rule[] = [
  { files: core('.*\\.test\\.ts$'), may: everything },
  { files: core('errors\\.ts'), may: [] },
  { files: core('adapters/'), may: [dicom, core('adapters/')] },
  { files: core('http/'), may: [core('errors\\.ts'), core('http/'), core('adapters/instance-storage\\.ts')] },
  { files: core('media-types/'), may: [dicom, core('(adapters|http|media-types)/'), core('errors\\.ts')] },
  { files: core('query/'), may: [dicom, core('(adapters|http|query)/'), core('errors\\.ts')] },
  // Services do not import each other; what two of them need lies beside them.
  service('store'),
  service('search'),
  service('retrieve'),
  service('delete'),
  {
    files: core('uri-service/'),
    may: [
      dicom,
      core('(adapters|http|media-types)/'),
      core('(backend|context|errors)\\.ts'),
      // The same use cases in another syntax.
      core('(uri-service|studies-service/retrieve)/'),
    ],
  },
  { files: core('studies-service/routes\\.ts'), may: [core('studies-service/'), core('router\\.ts')] },
  {
    files: core('studies-service/[^/]+\\.ts'),
    may: [
      dicom,
      core('(adapters|http|media-types|query)/'),
      core('(backend|context|errors|events)\\.ts'),
      core('studies-service/[^/]+\\.ts'),
    ],
  },
  { files: core('(router|backend|context|events|transaction)\\.ts'), may: [dicom, core('')] },
  { files: core(''), may: [dicom, core('')] },
]

function findViolations(imports: readonly Import[], rules: readonly Rule[]): string[] {
  return imports
    .filter(({ from, to }) => {
      if (!ours.test(to)) return false
      const rule = rules.find(({ files }) => files.test(from))
      return rule !== undefined && !rule.may.some((allowed) => allowed.test(to))
    })
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** The first chain of imports, but for those of types, that comes back to where it began. */
function findCycle(imports: readonly Import[]): string[] | undefined {
  const graph = Map.groupBy(
    imports.filter(({ typeOnly }) => typeOnly !== true),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { to } of graph.get(file) ?? []) {
      const cycle = visit(to, [...path, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

/** Static imports and re-exports, types among them, and dynamic imports of literals. */
function importsIn(file: string, source: string): Import[] {
  const pattern = /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm
  return [...source.matchAll(pattern)].map(([text, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? ''
    const to = specifier.startsWith('.') ? join(dirname(file), specifier) : specifier
    return { from: file, to, typeOnly: /^(import|export) type\b/.test(text) }
  })
}

/** Whether an import stays in its package, where the rules between packages have no say. */
function isInside({ from, to }: Import): boolean {
  const packageOf = (path: string): string =>
    path
      .split('/')
      .slice(0, from.startsWith('examples/') ? 1 : 2)
      .join('/')
  return packageOf(from) === packageOf(to)
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

function readImports(): Import[] {
  const folders = ['packages', 'apps', 'examples', 'scripts'].map((name) => join(root, name))
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && entry.name.endsWith('.ts') && !/\/(node_modules|dist)(\/|$)/.test(entry.parentPath),
      )
      .flatMap((entry) => {
        const path = join(entry.parentPath, entry.name)
        return importsIn(relative(root, path), readFileSync(path, 'utf8'))
      }),
  )
}

describe('imports point one way', () => {
  const imports = readImports()

  test('between packages', () => {
    expect(imports.length).toBeGreaterThan(100)
    expect(
      findViolations(
        imports.filter((each) => !isInside(each)),
        betweenPackages,
      ),
    ).toEqual([])
  })

  test('within core', () => {
    expect(findViolations(imports, withinCore)).toEqual([])
  })

  test('without cycles', () => {
    expect(findCycle(imports)).toBeUndefined()
  })
})

describe('the checks find', () => {
  const violate = (from: string, to: string, rules: readonly Rule[]) => findViolations([{ from, to }], rules)

  test.each([
    ['packages/dicom/src/a.ts', '@sansfilm/core'],
    ['packages/core/src/dicomweb.ts', '@sansfilm/express'],
    ['packages/memory/src/a.ts', '@sansfilm/core'],
    ['packages/index-sqlite/src/a.ts', '@sansfilm/storage-filesystem'],
    ['packages/index-sql/src/a.ts', '@sansfilm/index-sqlite'],
    ['packages/express/src/a.ts', '@sansfilm/memory'],
    ['packages/express/src/a.ts', 'packages/core/src/dicomweb.ts'],
  ])('%s → %s', (from, to) => {
    expect(violate(from, to, betweenPackages)).toEqual([`${from} imports ${to}`])
  })

  test.each([
    ['packages/core/src/http/accept.ts', '@sansfilm/dicom'],
    ['packages/core/src/http/multipart-related/read.ts', 'packages/core/src/backend.ts'],
    ['packages/core/src/http/respond.ts', 'packages/core/src/media-types/selected-media-type.ts'],
    ['packages/core/src/query/matching.ts', 'packages/core/src/studies-service/resources.ts'],
    ['packages/core/src/studies-service/store/store.ts', 'packages/core/src/studies-service/search/search.ts'],
    ['packages/core/src/studies-service/retrieve/index.ts', 'packages/core/src/router.ts'],
    ['packages/core/src/studies-service/visibility.ts', 'packages/core/src/studies-service/store/store.ts'],
    ['packages/core/src/errors.ts', 'packages/core/src/context.ts'],
  ])('%s → %s', (from, to) => {
    expect(violate(from, to, withinCore)).toEqual([`${from} imports ${to}`])
  })

  test('a cycle', () => {
    const imports = ['ab', 'bc', 'cb', 'ad'].map(([from = '', to = '']) => ({ from, to }))
    expect(findCycle(imports)).toEqual(['b', 'c', 'b'])
  })

  test('every way to import', () => {
    const source =
      "import a from './a.ts'\nimport {\n  b,\n} from '../b.ts'\nexport * from 'c'\nimport 'd'\nconst e = await import('./e.ts')\n"
    expect(importsIn('x/y/z.ts', source).map(({ to }) => to)).toEqual(['x/y/a.ts', 'x/b.ts', 'c', 'd', 'x/y/e.ts'])
  })
})
