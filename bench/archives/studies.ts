import { join } from 'node:path'
import { planCt } from '../studies/ct.ts'
import { type InstancePlan, type MadeInstance, makeInstance } from '../studies/made-instance.ts'
import { planMr } from '../studies/mr.ts'
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
}

/** Makes them below a folder, one study a folder. */
export async function makeStudies(folder: string, sizes: Sizes): Promise<Studies> {
  const make = (name: string, plan: InstancePlan) => makeInstance(join(folder, name, `${plan.instance}.dcm`), plan)
  const makeAll = async (name: string, plans: readonly InstancePlan[]) => {
    const made: MadeInstance[] = []
    for (const plan of plans) made.push(await make(name, plan))
    return made
  }
  return {
    ct: await makeAll('ct', planCt(sizes.ctSlices)),
    mr: await makeAll('mr', planMr(sizes.mrInstances, sizes.mrSeriesInstances)),
    enhanced: await make('enhanced', planEnhanced(sizes.enhancedFrames)),
    smallFrames: await make('small-frames', planManySmallFrames(sizes.smallFrames)),
    radiograph: await make('radiograph', planRadiograph()),
    cine: await make('cine', planColourCine(sizes.cineFrames)),
    slide: await make('slide', planSlide(sizes.slideTiles)),
    small: await makeAll('small', planSmall(20)),
  }
}

export const allInstances = (studies: Studies): readonly MadeInstance[] =>
  Object.values(studies).flatMap((made: MadeInstance | readonly MadeInstance[]) => made)
