// Whether the packages work where nothing else of this repository is: they are built, packed and installed in an empty
// project, whose code is type-checked and run by plain Node. Needs a package registry for their dependencies.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
const scratch = mkdtempSync(join(tmpdir(), 'sansfilm-packages-'))
const tsc = join(root, 'node_modules/.bin/tsc')

try {
  run(root, tsc, '-b', ...packages)
  packages.forEach(removeOrphans)
  const tarballs = packages.map(pack)
  tarballs.forEach(checkContents)
  writeProject()
  run(
    scratch,
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...tarballs,
    ...versionsOf('express', '@jest/globals', '@types/node'),
  )
  run(scratch, tsc, '-p', '.')
  run(scratch, process.execPath, 'consumer.ts')
  await checkReadme()
  console.log(`${packages.length} packages type-check and run on their own.`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function run(cwd: string, command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

/** What was made of sources that are gone, which the compiler leaves behind. */
function removeOrphans(folder: string): void {
  for (const entry of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const source = entry.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts')
    if (source !== entry && !existsSync(join(folder, 'src', source))) rmSync(join(folder, 'dist', entry))
  }
}

/** @returns the path of the tarball */
function pack(folder: string): string {
  const before = new Set(readdirSync(scratch))
  run(folder, 'pnpm', 'pack', '--pack-destination', scratch)
  const name = readdirSync(scratch).find((each) => !before.has(each))
  if (name === undefined) throw new Error(`${folder} was not packed`)
  return join(scratch, name)
}

function checkContents(tarball: string): void {
  const files = run(scratch, 'tar', '-tzf', tarball).split('\n')
  const unwanted = files.filter((file) => /\.test\.|\/testing\//.test(file))
  const manifest = run(scratch, 'tar', '-xzOf', tarball, 'package/package.json')
  if (unwanted.length > 0) throw new Error(`${tarball} has ${unwanted.join(', ')}`)
  if (/"(workspace|catalog):|sansfilm-source/.test(manifest)) throw new Error(`${tarball} points into the workspace`)
}

/** The versions that the workspace has. */
function versionsOf(...names: readonly string[]): readonly string[] {
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  return names.map((name) => {
    const version = new RegExp(`^  "?${name}"?: (\\S+)$`, 'm').exec(catalog)?.[1]
    if (version === undefined) throw new Error(`The catalog has no ${name}`)
    return `${name}@${version}`
  })
}

function writeProject(): void {
  const write = (name: string, text: string): void => writeFileSync(join(scratch, name), text)
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'] }
  write('package.json', JSON.stringify({ private: true, type: 'module' }))
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts', 'contracts.ts', 'readme.ts'] }))
  write(
    'consumer.ts',
    `import { instanceIndexContract, instanceStorageContract } from '@sansfilm/adapter-contracts'
    import { decodeFrame, encodableSyntaxes, encodeFrame } from '@sansfilm/codecs'
    import { assertObjectKey } from '@sansfilm/core/adapters'
    import { matchesQuery } from '@sansfilm/core/query'
    import { sqliteIndex } from '@sansfilm/index-sqlite'
    import { memoryIndex, memoryStorage } from '@sansfilm/memory'
    import { drawSampleStudies } from '@sansfilm/sample'
    import { filesystemStorage } from '@sansfilm/storage-filesystem'
    import { s3Storage } from '@sansfilm/storage-s3'
    if (![assertObjectKey, matchesQuery, drawSampleStudies].every((each) => typeof each === 'function')) throw new Error()
    const one = <T>([item]: readonly T[]): T => item as T
    await one(instanceIndexContract).run(memoryIndex())
    await one(instanceIndexContract).run(sqliteIndex({ file: 'index.sqlite' }))
    await one(instanceStorageContract).run(memoryStorage())
    await one(instanceStorageContract).run(await filesystemStorage({ directory: 'objects' }))
    await s3Storage({ endpoint: 'http://127.0.0.1:9000', bucket: 'images' }).close()
    const description = { rows: 2, columns: 2, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2',
      planarConfiguration: 0, bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0, samples: 'integer' } as const
    const frame = { transferSyntax: '1.2.840.10008.1.2.1', description, bytes: Uint8Array.of(1, 2, 3, 4) }
    for (const syntax of encodableSyntaxes) await decodeFrame(await encodeFrame(frame, syntax))\n`,
  )
  write(
    'contracts.ts',
    `import { instanceIndexContract } from '@sansfilm/adapter-contracts'
    import { describeContract } from '@sansfilm/adapter-contracts/jest'
    import { memoryIndex } from '@sansfilm/memory'
    describeContract('an index', instanceIndexContract, () => memoryIndex())\n`,
  )
  write('readme.ts', readmeCode())
}

function readmeCode(): string {
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
  if (code === undefined) throw new Error('README.md shows no code')
  return code
}

/** Runs the code of README.md and asks it for studies, on a port that is free. */
async function checkReadme(): Promise<void> {
  const port = await freePort()
  writeFileSync(join(scratch, 'readme.ts'), readmeCode().replace('8042', String(port)))
  const server = spawn(process.execPath, ['readme.ts'], { cwd: scratch, stdio: 'inherit' })
  try {
    for (let attempt = 0; attempt < 100 && server.exitCode === null; attempt++) {
      const response = await fetch(`http://localhost:${port}/dicom-web/studies`).catch(() => undefined)
      if (response?.status === 204) return
      await setTimeout(100)
    }
    throw new Error('The code of README.md does not answer a search')
  } finally {
    server.kill()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}
