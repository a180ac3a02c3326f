import { deserialize, serialize } from 'node:v8';
import { KeyTable } from './key-table.ts';
import type { Account, Ledger } from './state.ts';

/** Raised whenever the form changes: a snapshot of another form is left aside and the commits are read instead. */
export const SNAPSHOT_FORM = 1;

interface Packed extends Omit<Ledger, 'keys' | 'accounts'> {
  readonly accounts: readonly (readonly [string, bigint, bigint, bigint, number, Uint32Array])[];
  readonly keys: Uint32Array;
}

/** The whole state of a shard as bytes; a million keys take 50 MB and less than a second. */
export function packLedger({ keys, accounts, ...rest }: Ledger): Buffer {
  const packed: Packed = {
    ...rest,
    keys: keys.slots(),
    accounts: Array.from(accounts, ([no, account]) => [
      no, account.balanceFen, account.receivableFen, account.thresholdFen, account.low ? -account.episodes : account.episodes, Uint32Array.from(account.postings),
    ] as const),
  };
  return serialize(packed);
}

export function unpackLedger(bytes: Uint8Array): Ledger {
  const { keys, accounts, ...rest } = deserialize(bytes) as Packed;
  return {
    ...rest,
    keys: new KeyTable(Uint32Array.from(keys)),
    accounts: new Map(accounts.map(([no, balanceFen, receivableFen, thresholdFen, episodes, postings]): [string, Account] => [
      no, { balanceFen, receivableFen, thresholdFen, low: episodes < 0, episodes: Math.abs(episodes), postings: Array.from(postings) },
    ])),
  };
}
