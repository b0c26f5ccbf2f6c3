export { type ExpressOptions, toExpress } from './to-express.ts'
