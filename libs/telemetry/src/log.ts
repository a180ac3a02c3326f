import { context, trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys that may hold personal data; a mistake in one place must not reach the log. */
const PERSONAL_KEYS = ['name', 'phone', 'address', 'idNo', 'description', 'text', 'recipient', 'callerPhone', 'callerName'];

/** JSON lines on stdout, each with the trace it belongs to. */
export function createLogger(service: string, level = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: PERSONAL_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[personal]' },
      mixin: () => {
        const span = trace.getSpanContext(context.active());
        return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
