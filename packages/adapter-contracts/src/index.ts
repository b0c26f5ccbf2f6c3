export type { Contract, ContractCase } from './contract.ts'
export { instanceIndexContract } from './instance-index.ts'
export { type RecordSketch, recordOf } from './instance-index-records.ts'
export { instanceStorageContract } from './instance-storage.ts'
