import { BIGINT, BLOB, DuckDBBlobValue, TIMESTAMP, VARCHAR, type DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { ReceivedEvent } from '@youdian/messaging';
import { timestamp, toDate } from './append.ts';

/** topic, subject, sequence, event_id, source, type, time, traceparent, data, extensions, partition, record_offset, complete_to */
export const PARKED_TYPES = [VARCHAR, VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR, TIMESTAMP, VARCHAR, BLOB, VARCHAR, BIGINT, BIGINT, TIMESTAMP];

export function toParked(event: ReceivedEvent, completeTo: DuckDBValue): DuckDBValue[] {
  const { topic, subject, sequence, id, source, type, time, traceparent, data, extensions, partition, offset } = event;
  return [
    topic, subject, sequence, id, source, type, timestamp(time), traceparent ?? null, new DuckDBBlobValue(data),
    extensions ? JSON.stringify(extensions) : null, BigInt(partition), offset, completeTo,
  ];
}

export function fromParked(row: DuckDBValue[]): ReceivedEvent {
  const [topic, subject, sequence, id, source, type, time, traceparent, data, extensions, partition, offset] = row;
  return {
    topic: topic as string, subject: subject as string, sequence: sequence as bigint, id: id as string, source: source as string, type: type as string,
    time: toDate(time as DuckDBTimestampValue), traceparent: (traceparent as string | null) ?? undefined, data: (data as DuckDBBlobValue).bytes,
    extensions: extensions ? (JSON.parse(extensions as string) as Record<string, string>) : undefined, partition: Number(partition), offset: offset as bigint,
  };
}
