import { setImmediate } from 'node:timers/promises'
import { writeLetter } from './documents/letter.ts'
import { writeReport } from './documents/report.ts'
import { geometry } from './head-ct/geometry.ts'
import { drawHeadSlice } from './head-ct/head-ct.ts'
import { drawHeartCine } from './heart-cine/heart-cine.ts'

/** A Part 10 file of the sample. */
export interface SampleInstance {
  /** A name for a file; unique within the sample. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Draws the sample studies of one patient who does not exist: a head CT with a report and a letter, and an ultrasound cine of
 * a heart. The same bytes on every run, so that storing them again changes nothing. About 15 MB in all.
 * @example for await (const { name, bytes } of drawSampleStudies()) await writeFile(name, bytes)
 */
export async function* drawSampleStudies(): AsyncGenerator<SampleInstance> {
  for (const { name, draw } of instances()) {
    // Whoever runs in this process besides gets a turn after every image.
    await setImmediate()
    yield { name, bytes: draw() }
  }
}

function* instances(): Generator<{ readonly name: string; readonly draw: () => Uint8Array }> {
  for (let slice = 0; slice < geometry.slices; slice++) {
    yield { name: `head-ct-${String(slice + 1).padStart(2, '0')}.dcm`, draw: () => drawHeadSlice(slice) }
  }
  yield { name: 'head-report.dcm', draw: writeReport }
  yield { name: 'head-letter.dcm', draw: writeLetter }
  yield { name: 'heart-cine.dcm', draw: drawHeartCine }
}
