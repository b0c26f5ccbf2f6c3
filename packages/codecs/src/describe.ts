// What is asked before anything is decoded or encoded, without the codecs: for whoever uses them in another thread.
export { describeTranscoded } from './describe-transcoded.ts'
export { decodableSyntaxes, encodableSyntaxes } from './syntaxes.ts'
