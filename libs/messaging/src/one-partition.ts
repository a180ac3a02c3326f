import type { Message } from 'kafkajs';
import type { OutRecord } from './event.ts';

/** The client's view of a batch whose partition was chosen before. */
export function onePartition(partition: number, batch: readonly OutRecord[]): Message[] {
  return batch.map((record) => ({ key: record.key, value: record.value, headers: record.headers, partition }));
}
