import { deserialize, serialize } from 'node:v8';
import { Accounts, type Seldom } from './accounts.ts';
import { KEY_LIMITS } from './key-run.ts';
import { KeyTable, readRuns, type RunHead } from './key-table.ts';
import { watch } from './owed.ts';
import type { Ledger } from './state.ts';
import { Words } from './words.ts';

/** Raised whenever the form changes: a snapshot of another form is left aside and the commits are read instead. */
export const SNAPSHOT_FORM = 8;

const LENGTH_BYTES = 4;
const SECTIONS = ['names', 'rows', 'moves', 'keyFilters', 'keyPages', 'keys', 'invoices'] as const;
type Section = (typeof SECTIONS)[number];

/** What comes first: all that is small, and how long the sections are. */
interface Head extends Omit<Ledger, 'keys' | 'accounts' | 'due' | 'invoices'> {
  readonly seldom: Seldom;
  readonly keyRuns: readonly RunHead[];
  readonly lengths: Readonly<Record<Section, number>>;
}

/**
 * The whole state of a shard as bytes, in parts that do not change any more. Most of it has been in the snapshot before: of
 * a million moves, names and recent keys only the newest are written again, of the accounts all 80 bytes.
 */
export function packLedger({ keys, accounts, invoices, due: _, ...rest }: Ledger): Uint8Array[] {
  const { runs: keyRuns, filters: keyFilters, names: keyPages, recent } = keys.parts();
  const sections: Record<Section, Uint8Array[]> = { names: accounts.names(), rows: [accounts.rows()], moves: accounts.moves.parts(), keyFilters, keyPages, keys: recent, invoices: invoices.parts() };
  const lengths = Object.fromEntries(SECTIONS.map((name) => [name, sections[name].reduce((sum, { length }) => sum + length, 0)])) as Head['lengths'];
  const head = serialize({ ...rest, seldom: accounts.seldom, keyRuns, lengths } satisfies Head);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  return [Buffer.concat([length, head]), ...SECTIONS.flatMap((name) => sections[name])];
}

/** From the parts, one after the other. */
export function unpackLedger(bytes: Buffer, keyLimits = KEY_LIMITS): Ledger {
  let at = LENGTH_BYTES + bytes.readUInt32LE();
  const { seldom, keyRuns, lengths, ...rest } = deserialize(bytes.subarray(LENGTH_BYTES, at)) as Head;
  const next = (name: Section): Buffer => bytes.subarray(at, (at += lengths[name]));
  const names = Accounts.readNames(next('names'));
  const accounts = new Accounts(names, next('rows'), Words.from(next('moves')), seldom);
  const runs = readRuns(keyRuns, next('keyFilters'), next('keyPages'));
  const keys = new KeyTable(keyLimits, runs, next('keys'));
  const invoices = Words.from(next('invoices'));
  const due: Ledger['due'] = new Map();
  for (const [place, owed] of seldom.owed) for (const { dueOn, inArrears } of owed) if (!inArrears) watch(due, dueOn, names[place]!);
  return { ...rest, day: { ...rest.day, digest: Buffer.from(rest.day.digest) }, due, keys, accounts, invoices };
}
