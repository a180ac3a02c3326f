/** What the bank booked comes into the ledger, once a line, whatever crashes in between. */
import { inBatches } from '../batches.ts';
import { decideMovements } from '../ledger/decide/movements.ts';
import { postingId } from '../ledger/posting-id.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import type { BankLine } from './state.ts';
import type { BankLineStore } from './store.ts';

const LINES_AT_ONCE = 1_000;

/** Books what these lines have to book; again after a crash, it finds what it did. */
export async function bookLines(store: BankLineStore, shards: Shards, lineIds: readonly string[]): Promise<void> {
  for (const some of inBatches(lineIds, LINES_AT_ONCE)) {
    const lines = (await Promise.all(some.map((lineId) => store.read(lineId)))).flatMap((found) => (found?.state?.toBook.length ? [found.state] : []));
    await Promise.all(Array.from(Map.groupBy(lines, ({ lineId }) => shards.of(lineId)), ([shard, mine]) => bookIn(store, shard, mine)));
  }
}

const BOOK_MOVEMENTS = job('book-movements', (shard, movements: Parameters<typeof decideMovements>[1]) =>
  shard.submit((ledger, at) => {
    const { postings, sequences } = decideMovements(ledger, movements, { at, actor: CLOCKWORK });
    return { postings, result: sequences.map((sequence) => postingId(ledger.shard, sequence)) };
  }));

async function bookIn(store: BankLineStore, shard: LedgerShard, lines: readonly BankLine[]): Promise<void> {
  const movements = lines.flatMap(({ lineId, amountFen, toBook }) =>
    toBook.map(({ booking, debit, credit }) => ({ lineId, booking, movement: { key: `bank-line|${lineId}|${booking}`, kind: booking, reference: lineId, amountFen, debit, credit } })));
  const postingIds = await shard.ask(BOOK_MOVEMENTS, movements.map(({ movement }) => movement));
  await store.executeMany(movements.map(({ lineId, booking }, index) => ({
    id: lineId,
    command: { operation: 'BookBankLine', key: booking, actor: CLOCKWORK, input: {} },
    decide: (_, at) => ({ events: [{ type: 'BankLineBooked' as const, data: { lineId, booking, postingId: postingIds[index]!, bookedAt: at } }] }),
  })));
}
