import { deserialize, serialize } from 'node:v8';
import type { Job, LedgerShard } from './ledger-shard.ts';

const JOBS = new Map<string, Job<any, any>>();

export function job<I, O>(name: string, run: (shard: LedgerShard, input: I) => Promise<O>): Job<I, O> {
  if (JOBS.has(name)) throw new Error(`there are two jobs ${name}`);
  const made = { name, run };
  JOBS.set(name, made);
  return made;
}

export function jobNamed(name: string): Job<unknown, unknown> | undefined {
  return JOBS.get(name);
}

/** Job, input and output as bytes. */
export const wire = {
  write: (value: unknown): Buffer => serialize(value),
  read: (bytes: Uint8Array): any => deserialize(bytes),
};
