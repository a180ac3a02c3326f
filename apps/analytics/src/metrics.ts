import { Counter, metrics } from '@youdian/telemetry';

export const factRows = new Counter({
  name: 'youdian_analytics_fact_rows_total', help: 'Rows appended, those that take back included', labelNames: ['table'], registers: [metrics],
});

export const unknownEvents = new Counter({
  name: 'youdian_analytics_unknown_events_total', help: 'Events of a type that no statistic knows: nothing of them is counted', labelNames: ['type'], registers: [metrics],
});
