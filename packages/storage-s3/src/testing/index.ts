export { type FaultyNetwork, startFaultyNetwork } from './faulty-network.ts'
export { createMinioServer, findMinio, type MinioServer } from './minio.ts'
