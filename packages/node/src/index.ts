export { answerRequest, type MountedRequest } from './answer-request.ts'
export { type NodeHandler, type NodeOptions, toNode } from './to-node.ts'
