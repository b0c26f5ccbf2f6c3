import { deflateRawSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { tags } from '../dictionary/dictionary.ts'
import {
  element,
  encapsulated,
  explicitBig,
  explicitLittle,
  type Form,
  implicitLittle,
  part10,
  piecesOf,
  sequence,
  words,
} from '../testing/part10-bytes.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import { Part10Error } from './parsed-instance.ts'
import { readPart10 } from './read.ts'

/** Enough of everything for damage to fall on. */
function dataSet(form: Form, pixels: Buffer): Buffer {
  return Buffer.concat([
    element(tags.SpecificCharacterSet, 'CS', '\\ISO 2022 IR 87', form),
    element(tags.PatientName, 'PN', 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', form),
    sequence(tags.RequestAttributesSequence, [element(tags.ScheduledProcedureStepID, 'SH', 'A\\B', form)], form, false),
    sequence(
      tags.WaveformSequence,
      [sequence(tags.ChannelDefinitionSequence, [element(tags.ChannelLabel, 'SH', 'x', form)], form)],
      form,
    ),
    element('00091001', 'UN', Buffer.alloc(6), form),
    element(tags.NumberOfFrames, 'IS', '3', form),
    element(tags.Rows, 'US', words(form, 2), form),
    element(tags.Columns, 'US', words(form, 2), form),
    element(tags.BitsAllocated, 'US', words(form, 8), form),
    pixels,
  ])
}

const jpeg = (length: number) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(length, 1)])
const native = (form: Form) => dataSet(form, element(tags.PixelData, 'OW', Buffer.alloc(12), form))

const objects = [
  part10(native(explicitLittle)),
  part10(native(implicitLittle), transferSyntaxes.ImplicitVRLittleEndian),
  part10(native(explicitBig), transferSyntaxes.ExplicitVRBigEndian),
  part10(deflateRawSync(native(explicitLittle)), transferSyntaxes.DeflatedExplicitVRLittleEndian),
  part10(
    dataSet(explicitLittle, encapsulated([0, 18, 36], [jpeg(6), jpeg(6), Buffer.alloc(4), jpeg(8)])),
    transferSyntaxes.JPEGBaseline8Bit,
  ),
]

/** Repeatable noise (mulberry32). */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function damage(object: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(object)
  const at = () => 132 + Math.floor(random() * (bytes.length - 132))
  for (let i = Math.floor(random() * 4); i >= 0; i--) {
    const kind = random()
    if (kind < 0.5) bytes[at()] = Math.floor(random() * 256)
    else if (kind < 0.7) bytes[at()] = [0x00, 0x5c, 0xff, 0xfe, 0x1b][Math.floor(random() * 5)] as number
    else if (kind < 0.8) bytes.copy(bytes, at(), at(), at())
    else if (kind < 0.9) return bytes.subarray(0, at())
    else return Buffer.concat([bytes.subarray(0, at()), bytes.subarray(at())])
  }
  return bytes
}

test('2,000 damaged objects are read or refused with a Part10Error, each fast', async () => {
  const random = noise(3)
  const unexpected: unknown[] = []
  let slowest = 0
  for (let i = 0; i < 2000; i++) {
    const bytes = damage(objects[i % objects.length] as Buffer, random)
    const start = performance.now()
    await readPart10(piecesOf(bytes, 1 + Math.floor(random() * 200))).catch((error: unknown) => {
      if (!(error instanceof Part10Error)) unexpected.push(i, error)
    })
    slowest = Math.max(slowest, performance.now() - start)
  }
  expect(unexpected).toEqual([])
  expect(slowest).toBeLessThan(500)
}, 60_000)
