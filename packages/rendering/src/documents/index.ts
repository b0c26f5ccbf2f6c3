export { reportContentSecurityPolicy } from './report/html.ts'
export {
  isReport,
  type ReportMediaType,
  type ReportOptions,
  renderReport,
  reportMediaTypes,
} from './report/render-report.ts'
export { waveformDataNeeded } from './waveform/multiplex-group.ts'
export {
  drawingContentSecurityPolicy,
  isWaveform,
  renderWaveform,
  type WaveformMediaType,
  type WaveformOptions,
  waveformMediaTypes,
} from './waveform/render-waveform.ts'
