export { send, until } from './raw-client.ts'
