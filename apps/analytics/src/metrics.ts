import { Counter, Gauge, metrics } from '@youdian/telemetry';

export const factRows = new Counter({
  name: 'youdian_analytics_fact_rows_total', help: 'Rows appended, those that take back included', labelNames: ['table'], registers: [metrics],
});

export const unknownEvents = new Counter({
  name: 'youdian_analytics_unknown_events_total', help: 'Events of a type that no statistic knows: nothing of them is counted', labelNames: ['type'], registers: [metrics],
});

export const archivedOffset = new Gauge({
  name: 'youdian_analytics_archived_offset', help: 'Everything before is in the files of the archive', labelNames: ['topic', 'partition'], registers: [metrics],
});

export const archivePieces = new Gauge({ name: 'youdian_analytics_archive_pieces', help: 'Files and noted ranges of the archive', registers: [metrics] });

export const archiveMissing = new Gauge({
  name: 'youdian_analytics_archive_missing', help: 'Ranges that Kafka had let go of before they were archived: a rebuild asks the owners for them', registers: [metrics],
});

export const rebuildDone = new Gauge({ name: 'youdian_analytics_rebuild_events', help: 'Events that the newest rebuild has replayed', registers: [metrics] });

export const rebuildTotal = new Gauge({ name: 'youdian_analytics_rebuild_events_total', help: 'Events that the newest rebuild has to replay', registers: [metrics] });
