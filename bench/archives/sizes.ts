/** How large everything is that is made and measured. */
export interface Sizes {
  /** Some targets hold for the full size alone. */
  readonly quick: boolean
  readonly ctSlices: number
  readonly mrInstances: number
  readonly mrSeriesInstances: number
  readonly enhancedFrames: number
  readonly smallFrames: number
  readonly cineFrames: number
  readonly slideTiles: number
  /** Studies in the archive for search, one step after the other. */
  readonly searchSteps: readonly [number, number, number]
  /** Instances stored in a repetition: of half a megabyte, and of 7 KB. */
  readonly largeStores: number
  readonly smallStores: number
  /** Length of a repetition that is not bounded by what it stores. */
  readonly seconds: number
  readonly repetitions: number
  /** Wait so long for a calm moment before a repetition, at most. */
  readonly calmSeconds: number
  /** Spent in the whole run on waiting so, and on repeating what was disturbed all the same. */
  readonly patienceSeconds: number
}

export const fullSizes: Sizes = {
  quick: false,
  ctSlices: 300,
  mrInstances: 4000,
  mrSeriesInstances: 1000,
  enhancedFrames: 1000,
  smallFrames: 20_000,
  cineFrames: 100,
  slideTiles: 2000,
  searchSteps: [1000, 10_000, 100_000],
  largeStores: 400,
  smallStores: 2500,
  seconds: 2,
  repetitions: 3,
  calmSeconds: 10,
  patienceSeconds: 180,
}

/** Some minutes in all, for a look while the code changes. Ratios that come from size are smaller; what caches hold is not. */
export const quickSizes: Sizes = {
  quick: true,
  ctSlices: 300,
  mrInstances: 1000,
  mrSeriesInstances: 1000,
  enhancedFrames: 300,
  smallFrames: 2000,
  cineFrames: 20,
  slideTiles: 200,
  searchSteps: [100, 1000, 5000],
  largeStores: 150,
  smallStores: 1000,
  seconds: 1,
  repetitions: 2,
  calmSeconds: 1,
  patienceSeconds: 120,
}
