export { answerRequest } from './answer-request.ts'
export { type NodeHandler, type NodeOptions, toNode } from './to-node.ts'
export type { MountedRequest } from './to-request.ts'
