export { type FilesystemCacheOptions, filesystemCache } from './filesystem-cache.ts'
export {
  type FilesystemStorage,
  type FilesystemStorageOptions,
  filesystemStorage,
} from './filesystem-storage.ts'
