import { deserialize, serialize } from 'node:v8';
import type { LedgerShard } from './ledger-shard.ts';

/**
 * What one process may ask of another's shard: by its name, with an input and an output that are plain data (bigint, Date,
 * Buffer, Map and Set included). Decisions are closures and stay in the process that owns the shard.
 */
export interface Job<I, O> {
  readonly name: string;
  run(shard: LedgerShard, input: I): Promise<O>;
}

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
