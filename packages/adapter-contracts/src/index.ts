export type { Contract, ContractCase } from './contract.ts'
export { instanceStorageContract } from './instance-storage.ts'
