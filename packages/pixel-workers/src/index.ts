export { createPixelWorkers, type PixelWorkers } from './pixel-workers.ts'
export type { WorkerPoolOptions } from './worker-pool.ts'
