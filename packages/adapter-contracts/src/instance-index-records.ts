import { createHash } from 'node:crypto'
import type { InflatedObject, InstanceRecord, ObjectKey, Partition } from '@sansfilm/core/adapters'
import { type Dataset, encodeFrameTable, tags, transferSyntaxes, type Uid } from '@sansfilm/dicom'

/** What a test says of an instance; the rest follows from it. */
export interface RecordSketch {
  readonly partition?: Partition
  /** Numbers of the study, series and instance, from which the UIDs are made. */
  readonly study?: number
  readonly series?: number
  readonly instance?: number
  /** Other contents of the same instance: another digest and key. */
  readonly version?: number
  readonly studyAttributes?: Dataset
  readonly seriesAttributes?: Dataset
  readonly instanceAttributes?: Dataset
  readonly bytes?: number
  readonly storedAt?: Date
  readonly frames?: number
  readonly transferSyntax?: Uid
  /** Bytes of the inflated object, where there is one. */
  readonly inflatedBytes?: number
}

/** Not assigned to anything: the numbers are the test's own. */
const root = '2.25.1'

/** An index does not care what the instances are. */
const sopClass = `${root}.7`

export const studyUid = (study: number): Uid => `${root}.${study}`
export const seriesUid = (study: number, series: number): Uid => `${root}.${study}.${series}`
export const instanceUid = (study: number, series: number, instance: number): Uid =>
  `${root}.${study}.${series}.${instance}`

/**
 * A record as the core makes one.
 * @example await index.add(recordOf({ study: 1, series: 2, instance: 3 }), 'refuse')
 */
export function recordOf(sketch: RecordSketch = {}): InstanceRecord {
  const { partition = 'default', study = 1, series = 1, instance = 1, version = 1, frames = 0 } = sketch
  const uids = {
    study: studyUid(study),
    series: seriesUid(study, series),
    instance: instanceUid(study, series, instance),
  }
  const name = `${partition}/${uids.instance}-${version}`
  return {
    partition,
    ...uids,
    sopClass,
    transferSyntax: sketch.transferSyntax ?? transferSyntaxes.ExplicitVRLittleEndian.uid,
    location: { key: name, offset: 0, length: sketch.bytes ?? 1_000 },
    digest: sha256(name),
    storedAt: sketch.storedAt ?? new Date(Date.UTC(2024, 0, 1)),
    inflated: sketch.inflatedBytes === undefined ? undefined : inflatedObjectOf(name, sketch.inflatedBytes),
    attributes: {
      study: { ...sketch.studyAttributes, [tags.StudyInstanceUID]: { vr: 'UI', Value: [uids.study] } },
      series: {
        [tags.Modality]: { vr: 'CS', Value: ['OT'] },
        [tags.SeriesNumber]: { vr: 'IS', Value: [series] },
        ...sketch.seriesAttributes,
        [tags.SeriesInstanceUID]: { vr: 'UI', Value: [uids.series] },
      },
      instance: {
        [tags.SOPClassUID]: { vr: 'UI', Value: [sopClass] },
        [tags.InstanceNumber]: { vr: 'IS', Value: [instance] },
        ...sketch.instanceAttributes,
        [tags.SOPInstanceUID]: { vr: 'UI', Value: [uids.instance] },
      },
    },
    metadata: Buffer.from(`metadata of ${name}`),
    bulkData: [
      { path: '7FE00010', vr: 'OB', offset: 500, length: 400, encapsulated: true },
      { path: '54000100/1/54001010', vr: 'OW', offset: 300, length: 100, encapsulated: false },
    ],
    pixelData:
      frames === 0
        ? undefined
        : { tag: tags.PixelData, vr: 'OB', encapsulated: true, offset: 500, length: 400, frames, frameBits: 0 },
    frameBlocks: encodeFrameTable(
      Array.from({ length: frames }, (_, i) => ({ offset: 1_000 + i, length: i, fragments: 1 })),
    ),
  }
}

/** The inflated object of the record whose object has this key. */
export function inflatedObjectOf(key: ObjectKey, length: number): InflatedObject {
  return { key: `${key}.inflated`, length, digest: sha256(`${key}.inflated`) }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
