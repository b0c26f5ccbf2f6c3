export type { S3Encryption, S3StorageOptions } from './options.ts'
export { type S3Cache, type S3CacheOptions, s3Cache } from './s3-cache.ts'
export { s3Storage } from './s3-storage.ts'
