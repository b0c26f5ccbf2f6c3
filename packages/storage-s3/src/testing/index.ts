export { createMinioServer, findMinio, type MinioServer } from './minio.ts'
