export {
  type FilesystemStorage,
  type FilesystemStorageOptions,
  filesystemStorage,
} from './filesystem-storage.ts'
