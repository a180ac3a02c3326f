import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes, type Span } from '@opentelemetry/api';
import { collectProcessMetrics } from './metrics.ts';

/**
 * Spans are made by hand in the few places where work changes hands (REST, gRPC, commit, publish, consume, SMS): the
 * trace must pass through the commit document, which no automatic instrumentation can do.
 */
export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** W3C traceparent of the parent, where it comes from outside this process's own context. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

let tracing = false;

/** Exports traces only where `OTEL_EXPORTER_OTLP_ENDPOINT` says where to; else spans cost next to nothing. */
export async function startTelemetry(service: string, env: NodeJS.ProcessEnv = process.env): Promise<() => Promise<void>> {
  collectProcessMetrics(service);
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT']) return async () => {};
  // Loaded only here: the SDK costs a third of a second of start-up.
  const { installTracing } = await import('./otlp.ts');
  tracing = true;
  return installTracing(service, env);
}

/** The traceparent of what runs now, to be kept in a commit or sent along; undefined when tracing is off. */
export function currentTraceparent(): string | undefined {
  if (!tracing) return undefined;
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

/** Whether the trace is kept; of one that is not, a span more would tell nobody anything. */
export function isSampled(traceparent: string | undefined): boolean {
  return traceparent !== undefined && (Number.parseInt(traceparent.slice(-2), 16) & TraceFlags.SAMPLED) !== 0;
}

/** Runs `work` inside a span; an error marks the span and is thrown on. */
export async function withSpan<T>(name: string, options: SpanOptions, work: (span: Span | undefined) => Promise<T> | T): Promise<T> {
  if (!tracing) return work(undefined);
  const parent = options.parent ? propagation.extract(ROOT_CONTEXT, { traceparent: options.parent }) : context.active();
  const spanOptions = { kind: KINDS[options.kind ?? 'internal'], attributes: options.attributes ?? {} };
  return trace.getTracer('youdian').startActiveSpan(name, spanOptions, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      // The message may quote a person's input, so only the error's name goes into the trace.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
