import { deserialize, serialize } from 'node:v8';
import type { BalanceLevel } from '@youdian/contracts-billing/events';
import { KeyTable } from './key-table.ts';
import { watch } from './owed.ts';
import { newAccount, type Account, type Ledger, type OwedItem, type RecentUse } from './state.ts';

/** Raised whenever the form changes: a snapshot of another form is left aside and the commits are read instead. */
export const SNAPSHOT_FORM = 6;

/** Levels by number, to save room. */
const LEVELS: readonly BalanceLevel[] = ['BALANCE_LEVEL_UNSPECIFIED', 'BALANCE_LEVEL_EARLY', 'BALANCE_LEVEL_LOW', 'BALANCE_LEVEL_EMPTY'];

type PackedAccount = readonly [
  no: string, balanceFen: bigint, thresholdFen: bigint, told: number, episodes: number, closed: boolean, postings: Uint32Array,
  use: RecentUse | undefined, owed: readonly OwedItem[] | undefined, arrearsEvents: number, arrearsPostings: Uint32Array | undefined,
];

interface Packed extends Omit<Ledger, 'keys' | 'accounts' | 'due'> {
  readonly accounts: readonly PackedAccount[];
  readonly keys: Uint32Array;
}

/** The whole state of a shard as bytes; a million keys take 50 MB and less than a second. */
export function packLedger({ keys, accounts, due: _, ...rest }: Ledger): Buffer {
  return serialize({ ...rest, keys: keys.slots(), accounts: Array.from(accounts, packAccount) } satisfies Packed);
}

export function unpackLedger(bytes: Uint8Array): Ledger {
  const { keys, accounts, ...rest } = deserialize(bytes) as Packed;
  const unpacked = new Map(accounts.map((packed) => [packed[0], unpackAccount(packed)]));
  const due: Ledger['due'] = new Map();
  for (const [no, { owed }] of unpacked) for (const { dueOn, inArrears } of owed) if (!inArrears) watch(due, dueOn, no);
  return { ...rest, day: { ...rest.day, digest: Buffer.from(rest.day.digest) }, due, keys: new KeyTable(Uint32Array.from(keys)), accounts: unpacked };
}

function packAccount([no, account]: [string, Account]): PackedAccount {
  const { balanceFen, thresholdFen, told, episodes, closed, postings, use, owed, arrearsEvents, arrearsPostings } = account;
  return [
    no, balanceFen, thresholdFen, LEVELS.indexOf(told), episodes, closed, Uint32Array.from(postings),
    use, owed.length > 0 ? owed : undefined, arrearsEvents, arrearsPostings.length > 0 ? Uint32Array.from(arrearsPostings) : undefined,
  ];
}

function unpackAccount(packed: PackedAccount): Account {
  const [, balanceFen, thresholdFen, told, episodes, closed, postings, use, owed = [], arrearsEvents, arrearsPostings = []] = packed;
  return {
    ...newAccount(thresholdFen), balanceFen, receivableFen: owed.reduce((sum, { remainingFen }) => sum + remainingFen, 0n), owed: [...owed],
    told: LEVELS[told]!, episodes, closed, use, postings: Array.from(postings), arrearsEvents, arrearsPostings: Array.from(arrearsPostings),
  };
}
