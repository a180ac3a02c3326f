/** A ledger of two shards with something of everything in it, as its commits; and what somebody might do to them. */
import { hash } from 'node:crypto';
import type { ShardCommit, ShardStore } from '@youdian/commit-log';
import { batchAfter, BEGINNING, tailAfter, takeoverAfter, type Manifest } from '@youdian/commit-log/simulation';
import { PostingBatch, type Posting } from '@youdian/contracts-billing/ledger';
import { decodePostings, ledgerDefinition, shardName } from '../../shards/definition.ts';
import { decideDeposit, decideShiftBarrier } from '../decide/shift.ts';
import { evolve } from '../evolve.ts';
import { inputHash } from '../input-hash.ts';
import { openLedger, posted, type Cashier } from '../ledger-fixture.ts';
import { packLedger, SNAPSHOT_FORM } from '../snapshot.ts';
import { emptyLedger, type Ledger } from '../state.ts';

const DAY_MS = 86_400_000;
const DAYS = 4;
const AT = new Date(0);
export const SHARDS = 2;
export const DEFINITIONS = [0, 1].map((shard) => ledgerDefinition(shard, SHARDS));

export type Logs = readonly (readonly ShardCommit[])[];

/** `without`: one top-up of the first day is left out, and all that followed is as it would then have been. */
export function history({ without = false } = {}): Logs {
  const [here, there] = [openLedger(0), openLedger(1)];
  for (let day = 0; day < DAYS; day++) {
    for (const [desk, prefix] of [[here, '1'], [there, '2']] as const) business(desk, prefix, day, without);
    move(here, there, day);
    for (const desk of [here, there]) desk.at = new Date(desk.at.getTime() + DAY_MS);
  }
  for (const desk of [here, there]) desk.beginDay();
  return [here, there].map((desk, shard) => commitsOf(shard, inBatches(desk.postings)));
}

function business(desk: Cashier, prefix: string, day: number, without: boolean): void {
  const no = (n: number) => `${prefix}00000000${n}`;
  const shiftId = `S${prefix}-${day}`;
  desk.topUp(9_000n, { accountNo: no(1), shiftId });
  if (!(without && day === 0)) desk.topUp(700n, { accountNo: no(1) });
  const wrong = posted(desk.topUp(5_000n, { accountNo: no(2), shiftId }));
  desk.reverse(wrong, { accountNo: no(2) });
  desk.charge(8_000n, { accountNo: no(1), dueOn: '2026-03-03' });
  desk.charge(2_500n, { accountNo: no(2), dueOn: '2026-03-02' });
  desk.topUp(1_000n, { accountNo: no(2), channel: 'TOP_UP_CHANNEL_ONLINE', collectorId: '' });
  desk.adjust(-200n, { accountNo: no(1) });
  desk.threshold(BigInt(4_000 + day), { accountNo: no(1) });
  desk.topUp(300n, { accountNo: no(3) });
  const asked = posted(desk.askRefund(100n, { accountNo: no(3) }));
  desk.actor = 'manager:M01';
  desk.decideRefund(asked.postingId, day % 2 === 0, { accountNo: no(3) });
  desk.actor = 'cashier:C01';
  const refusal = { chargeId: `R${prefix}${day}`, accountNo: no(9), code: 'ACCOUNT_UNKNOWN', reasonZh: '无此户', reasonEn: 'unknown' };
  desk.claim({ key: `charge-id|C${prefix}${day}`, inputHash: inputHash('c') }, { key: `charge-id|R${prefix}${day}`, inputHash: inputHash('r'), refusal });
  const context = { at: desk.at, actor: desk.actor };
  for (const decide of [() => decideShiftBarrier(desk.ledger, shiftId, context), () => decideDeposit(desk.ledger, { shiftId, collectorId: 'C01', amountFen: 9_000n }, context)]) {
    const posting = posted(decide());
    evolve(desk.ledger, posting);
    desk.postings.push(posting);
  }
}

/** One transfer arrives, one is refused and comes back, and the last is still on its way. */
function move(from: Cashier, to: Cashier, day: number): void {
  const good = posted(from.transferOut(50n, '2000000001', { accountNo: '1000000003' }));
  to.transferIn(good.postingId, from);
  from.transferEnd(good.postingId);
  const bad = posted(from.transferOut(20n, '9000000000', { accountNo: '1000000003' }));
  to.transferIn(bad.postingId, from, { openWithFen: undefined });
  from.transferEnd(bad.postingId, 'ACCOUNT_UNKNOWN');
  if (day === DAYS - 1) from.transferOut(10n, '2000000001', { accountNo: '1000000003' });
}

function inBatches(postings: readonly Posting[]): Posting[][] {
  const batches: Posting[][] = [];
  for (let at = 0, size = 1; at < postings.length; at += size, size = (size % 5) + 1) batches.push(postings.slice(at, at + size));
  return batches;
}

/** Chained anew: what somebody does who can reckon, and may write into the database. */
export function commitsOf(shard: number, batches: readonly (readonly Posting[])[]): ShardCommit[] {
  const commits = [takeoverAfter(shardName(shard), BEGINNING, 'a', AT)];
  let tail = tailAfter(BEGINNING, commits[0]!);
  for (const postings of batches) {
    const body = Buffer.from(PostingBatch.encode({ postings: [...postings] }).finish());
    commits.push(batchAfter(shardName(shard), tail, postings.length, body, AT));
    tail = tailAfter(tail, commits.at(-1)!);
  }
  return commits;
}

export function batchesOf(log: readonly ShardCommit[]): Posting[][] {
  return log.filter(({ kind }) => kind === 'batch').map(({ body }) => decodePostings(body));
}

export interface Kept {
  readonly published?: number;
  readonly snapshots?: readonly { readonly manifest: Manifest; readonly bytes: Buffer }[];
}

/** Of the commits of a shard up to `seq`, perhaps altered. */
export function snapshotOf(shard: number, log: readonly ShardCommit[], seq: number, alter: (ledger: Ledger) => void = () => {}) {
  const ledger = emptyLedger(shard);
  let tail = BEGINNING;
  for (const commit of log.slice(0, seq)) {
    tail = tailAfter(tail, commit);
    if (commit.kind === 'batch') for (const posting of decodePostings(commit.body)) evolve(ledger, posting);
  }
  alter(ledger);
  const bytes = Buffer.concat(packLedger(ledger));
  const { _id } = log[seq - 1]!;
  const sha256 = hash('sha256', bytes);
  const manifest: Manifest = { ...tail, _id, form: SNAPSHOT_FORM, chunks: [{ _id: `${_id}:0`, sha256 }], sha256: hash('sha256', sha256) };
  return { manifest, bytes };
}

/** A database that holds just this. */
export function storeOf(logs: Logs, kept: Kept = {}): ShardStore {
  const of = (shard: string) => logs[DEFINITIONS.findIndex((definition) => definition.shard === shard)]!;
  const snapshots = kept.snapshots ?? [];
  return {
    log: {
      async *after(shard: string) { yield* of(shard); },
      newest: async (shard: string) => of(shard).at(-1)?.seq ?? 0,
    },
    positions: { load: async (shard: string) => (shard === shardName(0) ? (kept.published ?? 0) : 0) },
    snapshots: {
      manifests: async (shard: string) => snapshots.filter(({ manifest }) => manifest._id.startsWith(shard)).map(({ manifest }) => manifest),
      chunk: async (id: string) => snapshots.find(({ manifest }) => id.startsWith(manifest._id))?.bytes,
    },
  } as unknown as ShardStore;
}
