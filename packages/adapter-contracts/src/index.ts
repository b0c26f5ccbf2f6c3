export type { Contract, ContractCase } from './contract.ts'
