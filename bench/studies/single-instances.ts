import { sopClasses, transferSyntaxes } from '@sansfilm/dicom'
import { planImage } from './image.ts'
import type { InstancePlan } from './made-instance.ts'
import { noise } from './noise.ts'
import { patientAndStudy } from './patient.ts'
import { nextUid } from './uids.ts'

const once = () => ({ study: nextUid(), series: nextUid() })

/** One instance of many frames of 512 x 512 in 16 bits: half a megabyte each. */
export function planEnhanced(frames: number): InstancePlan {
  return planImage({
    ...once(),
    sopClass: sopClasses.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    rows: 512,
    columns: 512,
    frames,
    bitsAllocated: 16,
    values: { ...patientAndStudy('ENHANCED', 'Many frames', 'CT'), InstanceNumber: 1, BurnedInAnnotation: 'NO' },
  })
}

/** One instance of very many frames of 64 x 64 in 8 bits. */
export function planManySmallFrames(frames: number): InstancePlan {
  return planImage({
    ...once(),
    sopClass: sopClasses.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    rows: 64,
    columns: 64,
    frames,
    bitsAllocated: 8,
    values: { ...patientAndStudy('FRAMES', 'Very many frames', 'OT'), InstanceNumber: 1, BurnedInAnnotation: 'NO' },
  })
}

/** A radiograph of 20 MB. */
export function planRadiograph(): InstancePlan {
  return planImage({
    ...once(),
    sopClass: sopClasses.ComputedRadiographyImageStorage,
    rows: 3200,
    columns: 3200,
    frames: 1,
    bitsAllocated: 16,
    values: {
      ...patientAndStudy('CR', 'Radiograph', 'CR'),
      InstanceNumber: 1,
      BodyPartExamined: 'CHEST',
      ViewPosition: 'PA',
    },
  })
}

/** A cine in colour, 640 x 480. */
export function planColourCine(frames: number): InstancePlan {
  return planImage({
    ...once(),
    sopClass: sopClasses.UltrasoundMultiFrameImageStorage,
    rows: 480,
    columns: 640,
    frames,
    bitsAllocated: 8,
    samples: 3,
    values: { ...patientAndStudy('US', 'Colour cine', 'US'), InstanceNumber: 1, FrameTime: 33.3 },
  })
}

/** Instances of 7 KB. */
export function planSmall(instances: number): readonly InstancePlan[] {
  const uids = once()
  return Array.from({ length: instances }, (_, n) =>
    planImage({
      ...uids,
      sopClass: sopClasses.SecondaryCaptureImageStorage,
      rows: 80,
      columns: 80,
      frames: 1,
      bitsAllocated: 8,
      values: { ...patientAndStudy('SC', 'Small', 'OT'), InstanceNumber: n + 1, ConversionType: 'SYN' },
    }),
  )
}

const tileSide = 256
const tileBytes = 16 * 1024

/**
 * A level of a slide in JPEG tiles of 16 KB. Nobody decodes them here: each has the markers of a JPEG of 256 x 256 in
 * colour, and noise for a picture.
 */
export function planSlide(tiles: number): InstancePlan {
  const across = Math.ceil(Math.sqrt(tiles))
  return planImage({
    ...once(),
    sopClass: sopClasses.VLWholeSlideMicroscopyImageStorage,
    rows: tileSide,
    columns: tileSide,
    frames: tiles,
    bitsAllocated: 8,
    samples: 3,
    transferSyntax: transferSyntaxes.JPEGBaseline8Bit,
    frame: jpegTile,
    values: {
      ...patientAndStudy('SM', 'Slide', 'SM'),
      InstanceNumber: 1,
      PhotometricInterpretation: 'YBR_FULL_422',
      ImageType: ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'],
      TotalPixelMatrixColumns: across * tileSide,
      TotalPixelMatrixRows: Math.ceil(tiles / across) * tileSide,
      DimensionOrganizationType: 'TILED_FULL',
      LossyImageCompression: '01',
    },
  })
}

/** SOI, SOF0 of three components, SOS (ITU-T T.81 §B.2); the noise holds no marker. */
const jpegHead = Buffer.from('ffd8ffc0001108010001000301220002110103110' + '1ffda000c03010002110311003f00', 'hex')

function jpegTile(n: number): Buffer {
  const scan = noise(tileBytes - jpegHead.length - 2, n).map((byte) => byte & 0x7f)
  return Buffer.concat([jpegHead, scan, Buffer.of(0xff, 0xd9)])
}
