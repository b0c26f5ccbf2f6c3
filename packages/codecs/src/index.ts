export { decodeFrame } from './decode.ts'
export { decodableSyntaxes } from './syntaxes.ts'
