export { createLogger, type Logger } from './log.ts';
export { Counter, Gauge, Histogram, metrics } from './metrics.ts';
export { currentTraceparent, isSampled, startTelemetry, withSpan, type SpanOptions } from './tracing.ts';
export { systemClock, type Clock } from './clock.ts';
