import { setTimeout as pause } from 'node:timers/promises'
import {
  context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, ConsoleSpanExporter, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { AdapterError, type Observe, type ObservedRequest } from '@sansfilm/core'
import type { Logger } from 'pino'
import { StartError } from '../start-error.ts'
import { version } from '../version.ts'
import { samplerOf } from './sampler.ts'
import { watchAnswer } from './watch-body.ts'
import type { CallWatch } from './watch-calls.ts'

/** For sending what is left when the server ends. */
const patienceMs = 2000

/** What makes spans of what the server does. */
export interface Tracing {
  readonly observe: Observe
  readonly watchCall: CallWatch
  /** Sends what was not sent yet. */
  close(): Promise<void>
}

/**
 * Sends a span for each request to the DICOMweb services, below the one that its `traceparent` names, and below it one for
 * each operation of storage and index.
 * @param env the variables of OpenTelemetry that docs/guides/operate.md lists
 * @throws StartError
 */
export function startTracing(env: NodeJS.ProcessEnv, log: Logger, exporter: SpanExporter = exporterOf(env)): Tracing {
  logTroubles(log)
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'sansfilm', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(env),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const propagator = new W3CTraceContextPropagator()
  const tracer = provider.getTracer('sansfilm', version)

  const observe: Observe = async (request, answer) => {
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, headersGetter)
    const { method, requestId } = request
    const attributes = {
      'http.request.method': method,
      ...(requestId !== undefined && { 'sansfilm.request_id': requestId }),
    }
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent)
    const within = trace.setSpan(parent, span)
    const response = await context.with(within, () => answer(request, (matched) => describe(span, method, matched)))
    span.setAttribute('http.response.status_code', response.status)
    if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    let bytes = 0
    return watchAnswer(response, {
      within: (make) => context.with(within, make),
      onPiece: (length) => {
        bytes += length
      },
      onEnd(how) {
        span.setAttribute('http.response.body.size', bytes)
        if (how !== 'whole') span.setStatus({ code: SpanStatusCode.ERROR, message: how })
        span.end()
      },
    })
  }

  const watchCall: CallWatch = (adapter, operation) => {
    const active = context.active()
    // Sweeps and probes are nobody's request.
    if (trace.getSpan(active) === undefined) return () => {}
    const span = tracer.startSpan(`${adapter} ${operation}`, { kind: SpanKind.CLIENT }, active)
    return (failure) => {
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: reasonOf(failure) })
      span.end()
    }
  }

  return {
    observe,
    watchCall,
    async close() {
      // A collector that is away holds nobody up.
      await Promise.race([provider.shutdown(), pause(patienceMs, undefined, { ref: false })])
      context.disable()
      diag.disable()
    },
  }
}

/** Spans that do not arrive are worth a line, and no more. */
function logTroubles(log: Logger): void {
  const warn = (message: string) => log.warn({ reason: message }, 'traces')
  const silent = () => {}
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN)
}

/** UIDs say which study it was about, and nothing of its patient; query strings do, and are left out. */
function describe(
  span: Span,
  method: string,
  { transaction, category, template, partition, target }: ObservedRequest,
): void {
  const { study, series, instance } = target
  span.updateName(template === undefined ? `${method} ${category}` : `${method} ${template}`)
  span.setAttributes({
    ...(template !== undefined && { 'http.route': template }),
    'dicom.transaction': transaction,
    'dicom.resource_category': category,
    'sansfilm.partition': partition,
    ...(study !== undefined && { 'dicom.study_instance_uid': study }),
    ...(series !== undefined && { 'dicom.series_instance_uid': series }),
    ...(instance !== undefined && { 'dicom.sop_instance_uid': instance }),
  })
}

function reasonOf(failure: unknown): string {
  return failure instanceof AdapterError ? failure.code : 'other'
}

function exporterOf({ OTEL_TRACES_EXPORTER: name }: NodeJS.ProcessEnv): SpanExporter {
  if (name === 'console') return new ConsoleSpanExporter()
  if (name === undefined || name === '' || name === 'otlp') return new OTLPTraceExporter()
  throw new StartError(`OTEL_TRACES_EXPORTER: "${name}" cannot be used; one of otlp, console, none is wanted.`)
}

const headersGetter = {
  get: (headers: Readonly<Record<string, string | undefined>>, name: string) => headers[name],
  keys: (headers: Readonly<Record<string, string | undefined>>) => Object.keys(headers),
}
