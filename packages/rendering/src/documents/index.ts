export { reportContentSecurityPolicy } from './report/html.ts'
export {
  isReport,
  type ReportMediaType,
  type ReportOptions,
  renderReport,
  reportMediaTypes,
} from './report/render-report.ts'
