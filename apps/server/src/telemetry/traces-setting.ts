/**
 * Whether the variables of OpenTelemetry ask for traces: one of them names where those go, and none switches them off.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function tracesWanted(env: NodeJS.ProcessEnv): boolean {
  if (/^true$/i.test(env.OTEL_SDK_DISABLED ?? '')) return false
  const exporter = env.OTEL_TRACES_EXPORTER ?? ''
  if (exporter !== '') return exporter !== 'none'
  return [env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some((url) => (url ?? '') !== '')
}
