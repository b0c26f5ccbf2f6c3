export { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'
export { createPostgresServer, type PostgresServer } from './postgres-server.ts'
export { startTestServer, type TestServer } from './test-database.ts'
