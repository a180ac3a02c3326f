import type { Rejection } from '@youdian/rejection';
import type { ShardDefinition } from '../shard/definition.ts';
import type { ShardDecide } from '../shard/writer.ts';

/** A small ledger for tests: purses that never go below zero, and the keys by which a command is known again. */
export interface PurseState {
  readonly purses: Map<string, { balance: number; postings: number[] }>;
  readonly keys: Map<string, { amount: number; balance: number }>;
  count: number;
}

export interface PursePosting {
  readonly key: string;
  readonly purse: string;
  readonly amount: number;
  readonly balance: number;
  /** Of the purse's events. */
  readonly sequence: number;
  readonly at: number;
}

export const PURSE_TOPIC = 'test.purse.v1';

export function purseLedger(shard = 'purse-0'): ShardDefinition<PurseState, PursePosting> {
  return {
    shard, source: '/youdian/test', topics: [PURSE_TOPIC],
    codec: {
      encode: (postings) => Buffer.from(JSON.stringify(postings)),
      decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as PursePosting[],
    },
    machine: {
      initial: () => ({ purses: new Map(), keys: new Map(), count: 0 }),
      apply: (state, posting) => {
        const purse = state.purses.get(posting.purse) ?? { balance: 0, postings: [] };
        if (purse.balance + posting.amount !== posting.balance || state.keys.has(posting.key)) throw new Error(`posting ${posting.key} contradicts the state`);
        state.count += 1;
        purse.balance = posting.balance;
        purse.postings.push(state.count);
        state.purses.set(posting.purse, purse);
        state.keys.set(posting.key, { amount: posting.amount, balance: posting.balance });
      },
    },
    events: ({ purse, sequence, amount, balance, at }) => [{
      topic: PURSE_TOPIC, type: 'youdian.test.v1.Posted', subject: purse, sequence: BigInt(sequence), time: new Date(at),
      data: Buffer.from(JSON.stringify({ amount, balance })),
    }],
    snapshot: {
      form: 1,
      encode: ({ purses, keys, count }) => [Buffer.from(JSON.stringify({ purses: [...purses], keys: [...keys], count }))],
      decode: (bytes) => {
        const { purses, keys, count } = JSON.parse(Buffer.from(bytes).toString());
        return { purses: new Map(purses), keys: new Map(keys), count };
      },
    },
    locate: (state, _topic, subject, from) => state.purses.get(subject)?.postings.slice(Number(from) - 1) ?? [],
  };
}

const EMPTY: Rejection = { kind: 'refused', code: 'PURSE_EMPTY', zh: '余额不足', en: 'There is not enough in it.' };
const REUSED: Rejection = { kind: 'conflict', code: 'IDEMPOTENCY_KEY_REUSED', zh: '幂等键已使用', en: 'Send a new key.' };

/** Answers with the balance afterwards. */
export const post = (key: string, purse: string, amount: number): ShardDecide<PurseState, PursePosting, number> => (state, at) => {
  const first = state.keys.get(key);
  if (first) return first.amount === amount ? { result: first.balance } : REUSED;
  const before = state.purses.get(purse);
  const balance = (before?.balance ?? 0) + amount;
  if (balance < 0) return EMPTY;
  const sequence = (before?.postings.length ?? 0) + 1;
  return { postings: [{ key, purse, amount, balance, sequence, at: at.getTime() }], result: balance };
};
