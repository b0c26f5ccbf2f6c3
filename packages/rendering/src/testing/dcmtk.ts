import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookupTransferSyntax, transferSyntaxes } from '@sansfilm/dicom'
import type { Raster } from '../pixels/raster.ts'
import { readPnm } from './pnm.ts'

/** dcmtk's renderers, each with the decompressors it has. */
function programFor(transferSyntax: string): string | undefined {
  const { encapsulated } = lookupTransferSyntax(transferSyntax) ?? { encapsulated: false }
  if (!encapsulated || transferSyntax === transferSyntaxes.RLELossless.uid) return 'dcm2pnm'
  if (transferSyntax.startsWith('1.2.840.10008.1.2.4.8')) return 'dcml2pnm'
  return /^1\.2\.840\.10008\.1\.2\.4\.(5\d|70)$/.test(transferSyntax) ? 'dcmj2pnm' : undefined
}

/** Whether dcmtk has a decompressor for a transfer syntax. */
export function canDrawWithDcmtk(transferSyntax: string): boolean {
  return programFor(transferSyntax) !== undefined
}

/** Whether dcmtk's renderers are installed. */
export function hasDcmtk(): boolean {
  return spawnSync('dcm2pnm', ['--version']).status === 0
}

/** What dcmtk draws of a frame (from 1); `undefined` where it cannot. */
export function drawWithDcmtk(
  file: string,
  transferSyntax: string,
  frame: number,
  options: readonly string[],
): Raster | undefined {
  const program = programFor(transferSyntax)
  if (program === undefined) return undefined
  return run(program, ['-q', '+F', String(frame), '+op', '-O', ...options, file])
}

/** What dcmtk draws of the first frame by a presentation state. */
export function presentWithDcmtk(file: string, state: string): Raster | undefined {
  return run('dcmp2pgm', ['-q', '-p', state, file])
}

/** Runs a program whose last argument is the picture to be written. */
function run(program: string, options: readonly string[]): Raster | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sansfilm-dcmtk-'))
  try {
    const output = join(folder, 'picture.pnm')
    execFileSync(program, [...options, output], { stdio: 'ignore' })
    return readPnm(readFileSync(output))
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
