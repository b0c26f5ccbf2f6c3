export { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'
export { startTestServer, type TestServer } from './test-database.ts'
