export type { Contract, ContractCase } from './contract.ts'
export { instanceIndexContract } from './instance-index.ts'
export { instanceStorageContract } from './instance-storage.ts'
