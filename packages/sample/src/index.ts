export { drawSampleStudies, type SampleInstance } from './sample-studies.ts'
