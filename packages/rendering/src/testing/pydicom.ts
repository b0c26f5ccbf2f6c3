import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Raster } from '../pixels/raster.ts'
import { readPnm } from './pnm.ts'

/** A Python with pydicom and its decoders: that of SANSFILM_PYDICOM, or the one on the PATH. */
const python = process.env.SANSFILM_PYDICOM || 'python3'

const script = fileURLToPath(new URL('draw-with-pydicom.py', import.meta.url))

/** Whether pydicom and what it decodes with are installed. */
export function hasPydicom(): boolean {
  return spawnSync(python, ['-c', 'import pydicom.pixels, numpy, PIL, openjpeg, libjpeg, rle, jpeg_ls']).status === 0
}

/** Draws one frame after the other in a process of Python. */
export class Pydicom {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sansfilm-pydicom-'))
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor() {
    this.#process = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines: Interface = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }) // piped
    this.#answers = lines[Symbol.asyncIterator]()
  }

  /** What pydicom draws of a frame (from 1); `undefined` where it cannot. */
  async draw(file: string, frame: number): Promise<Raster | undefined> {
    const picture = join(this.#folder, 'picture.pnm')
    this.#process.stdin?.write(`${JSON.stringify({ file, frame, picture })}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('pydicom has ended')
    const { error } = JSON.parse(value) as { readonly error?: string }
    return error === undefined ? readPnm(readFileSync(picture)) : undefined
  }

  close(): void {
    this.#process.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
