import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import { StartError } from '../start-error.ts'

/** By the names that OTEL_TRACES_SAMPLER has for them. */
const roots: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
}

/**
 * Which traces are sent: as OTEL_TRACES_SAMPLER and its argument say, by default all but those whose caller decided
 * otherwise.
 * @throws StartError
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function samplerOf({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: NodeJS.ProcessEnv): Sampler {
  const name = OTEL_TRACES_SAMPLER || 'parentbased_always_on'
  const ratio = Number(OTEL_TRACES_SAMPLER_ARG || 1)
  const make = roots[name.replace(/^parentbased_/, '')]
  if (make === undefined || !(ratio >= 0 && ratio <= 1)) {
    throw new StartError(
      `OTEL_TRACES_SAMPLER: "${name}" cannot be used; one of ${Object.keys(roots).join(', ')} is wanted, or one of them after parentbased_, and a ratio from 0 to 1 in OTEL_TRACES_SAMPLER_ARG.`,
    )
  }
  const root = make(ratio)
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}
