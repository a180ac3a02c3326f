export { createLogger, type Logger } from './log.ts';
export { Counter, Gauge, Histogram, metrics } from './metrics.ts';
export { currentTraceparent, startTelemetry, withSpan, type SpanOptions } from './tracing.ts';
export { systemClock, type Clock } from './clock.ts';
