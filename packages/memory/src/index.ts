export { memoryIndex } from './memory-index.ts'
export { type MemoryStorageOptions, memoryStorage } from './memory-storage.ts'
