export { createPixelWorkers, type PixelWorkers } from './pixel-workers.ts'
export type { WorkerPoolOptions, WorkerPoolState } from './worker-pool.ts'
