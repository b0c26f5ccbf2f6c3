import { join } from 'node:path'
import { transferSyntaxes } from '@sansfilm/dicom'
import { planCt } from '../studies/ct.ts'
import { type InstancePlan, type MadeInstance, makeInstance } from '../studies/made-instance.ts'
import { planMr } from '../studies/mr.ts'
import {
  type CompressedPlan,
  planCompressedCt,
  planCompressedRadiographs,
  planListedStudies,
  planMammograms,
} from '../studies/pictures.ts'
import {
  planColourCine,
  planEnhanced,
  planManySmallFrames,
  planRadiograph,
  planSlide,
  planSmall,
} from '../studies/single-instances.ts'
import type { Sizes } from './sizes.ts'

/** The studies that reads are measured on, as files. */
export interface Studies {
  readonly ct: readonly MadeInstance[]
  readonly mr: readonly MadeInstance[]
  readonly enhanced: MadeInstance
  readonly smallFrames: MadeInstance
  readonly radiograph: MadeInstance
  readonly cine: MadeInstance
  readonly slide: MadeInstance
  /** Of 7 KB, for stores alone. */
  readonly small: readonly MadeInstance[]
  /** Studies of one CT slice each, with pictures of something. */
  readonly listed: readonly MadeInstance[]
  readonly mammograms: readonly MadeInstance[]
  readonly j2kCt: readonly CompressedInstance[]
  readonly j2kCr: readonly CompressedInstance[]
  readonly jlsCt: readonly CompressedInstance[]
}

/** An instance with a compressed frame. */
export interface CompressedInstance extends MadeInstance {
  /** The frame before it was compressed, without loss. */
  readonly samples: CompressedPlan['samples']
}

/** Makes them below a folder, one study a folder. */
export async function makeStudies(folder: string, sizes: Sizes): Promise<Studies> {
  const make = (name: string, plan: InstancePlan) => makeInstance(join(folder, name, `${plan.instance}.dcm`), plan)
  const makeAll = async (name: string, plans: readonly InstancePlan[]) => {
    const made: MadeInstance[] = []
    for (const plan of plans) made.push(await make(name, plan))
    return made
  }
  const makeCompressed = async (name: string, plans: readonly CompressedPlan[]) => {
    const made: CompressedInstance[] = []
    for (const { plan, samples } of plans) made.push({ ...(await make(name, plan)), samples })
    return made
  }
  const { JPEG2000Lossless, JPEGLSLossless } = transferSyntaxes
  return {
    ct: await makeAll('ct', planCt(sizes.ctSlices)),
    mr: await makeAll('mr', planMr(sizes.mrInstances, sizes.mrSeriesInstances)),
    enhanced: await make('enhanced', planEnhanced(sizes.enhancedFrames)),
    smallFrames: await make('small-frames', planManySmallFrames(sizes.smallFrames)),
    radiograph: await make('radiograph', planRadiograph()),
    cine: await make('cine', planColourCine(sizes.cineFrames)),
    slide: await make('slide', planSlide(sizes.slideTiles)),
    small: await makeAll('small', planSmall(20)),
    listed: await makeAll('listed', planListedStudies(100)),
    mammograms: await makeAll('mammograms', planMammograms(4)),
    j2kCt: await makeCompressed('j2k-ct', await planCompressedCt(10, JPEG2000Lossless)),
    j2kCr: await makeCompressed('j2k-cr', await planCompressedRadiographs(2, JPEG2000Lossless)),
    jlsCt: await makeCompressed('jls-ct', await planCompressedCt(20, JPEGLSLossless)),
  }
}

export const allInstances = (studies: Studies): readonly MadeInstance[] =>
  Object.values(studies).flatMap((made: MadeInstance | readonly MadeInstance[]) => made)
