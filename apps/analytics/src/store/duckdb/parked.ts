import type { DuckDBBlobValue, DuckDBTimestampValue, DuckDBValue } from '@duckdb/node-api';
import type { ReceivedEvent } from '@youdian/messaging';
import { toDate } from './values.ts';
import type { ChunkValue, Kind } from './chunk.ts';

/** topic, subject, sequence, event_id, source, type, time, traceparent, data, extensions, partition, record_offset, complete_to */
export const PARKED_KINDS: readonly Kind[] = ['VARCHAR', 'VARCHAR', 'BIGINT', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'TIMESTAMP', 'VARCHAR', 'BLOB', 'VARCHAR', 'BIGINT', 'BIGINT', 'TIMESTAMP'];

export function toParked(event: ReceivedEvent, completeTo: Date | null): ChunkValue[] {
  const { topic, subject, sequence, id, source, type, time, traceparent, data, extensions, partition, offset } = event;
  return [
    topic, subject, sequence, id, source, type, time, traceparent ?? null, Buffer.from(data.buffer, data.byteOffset, data.byteLength),
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
