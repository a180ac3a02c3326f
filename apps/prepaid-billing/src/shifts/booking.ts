/** What a close or a correction moves comes into the ledger, once, whatever crashes in between. */
import { Rejected } from '@youdian/rejection';
import { currentTraceparent } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import { bookLines } from '../bank-lines/book.ts';
import { linesOfSlips, matchLines } from '../bank-lines/match.ts';
import type { BankLineStore } from '../bank-lines/store.ts';
import { CASH } from '../ledger/chart.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideCorrection, legsOf, type Correction, type CorrectionLeg, type PostLeg } from '../ledger/decide/correction.ts';
import { decideDeposit } from '../ledger/decide/shift.ts';
import { decided, submitDecision } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { postBy } from '../shards/post.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import { correctionOf, DEPOSIT, LATER_SLIPS, slipsOfFiling, type Shift } from './state.ts';
import type { ShiftStore } from './store.ts';

export type Book = (shiftId: string) => Promise<void>;

/** Books what a shift has to book; again after a crash, it finds what it did. */
export function booker(store: ShiftStore, shards: Shards, directory: AccountDirectory, bank: BankLineStore): Book {
  return async (shiftId) => {
    const shift = (await store.read(shiftId))?.state;
    for (const booking of shift?.toBook ?? []) {
      // What the bank has booked of these slips already finds them now; what comes later finds them by itself.
      const filing = booking === DEPOSIT ? 0 : booking.startsWith(LATER_SLIPS) ? Number(booking.slice(LATER_SLIPS.length)) : undefined;
      if (filing !== undefined) await bookLines(bank, shards, await matchLines(bank, store, await linesOfSlips(bank, shift!), [shift!]));
      const postingIds = filing === undefined ? await bookCorrection(shards, directory, shift!, booking) : [await bookDeposit(shards, shift!, filing)];
      await store.execute(shiftId, { operation: 'BookShift', key: booking, actor: CLOCKWORK, input: { booking } }, (_, at) =>
        ({ events: [{ type: 'ShiftBooked', data: { shiftId, booking, postingIds, bookedAt: at } }] }));
    }
  };
}

async function bookDeposit(shards: Shards, shift: Shift, filing: number): Promise<string> {
  const { shiftId, collectorId } = shift;
  const amountFen = slipsOfFiling(shift, filing).reduce((sumFen, slip) => sumFen + slip.amountFen, 0n);
  const context = { actor: `cashier:${collectorId}`, traceparent: currentTraceparent() };
  return (await shards.of(CASH + collectorId).ask(DEPOSIT_CASH, { deposit: { shiftId, collectorId, amountFen, filing }, context })).postingId;
}

type Said = Omit<Context, 'at'>;

const DEPOSIT_CASH = job('deposit', (shard, { deposit, context }: { deposit: Parameters<typeof decideDeposit>[1]; context: Said }) =>
  decided(shard, (ledger, at) => decideDeposit(ledger, deposit, { ...context, at })));

const POST_LEG = job('correction-leg', (shard, { correction, leg, context }: { correction: Correction; leg: PostLeg; context: Said }) =>
  submitDecision(shard, (ledger, at) => decideCorrection(ledger, correction, leg, { ...context, at })));

async function bookCorrection(shards: Shards, directory: AccountDirectory, shift: Shift, differenceId: string): Promise<string[]> {
  const { entries, kind: differenceKind, decidedBy } = correctionOf(shift, differenceId)!;
  const correction = { correctionId: `${shift.shiftId}/${differenceId}`, differenceKind };
  const context = { actor: decidedBy, traceparent: currentTraceparent() };
  const bookLeg = async (leg: CorrectionLeg) => {
    const { accountNo } = leg;
    const shard = shards.of(accountNo || CASH + shift.collectorId);
    try {
      return await postBy((openWithFen) => shard.ask(POST_LEG, { correction, leg: { ...leg, openWithFen }, context }), shard, directory, accountNo);
    } catch (error) {
      if (!(error instanceof Rejected) || error.rejection.code !== 'ACCOUNT_UNKNOWN') throw error;
      return postBy(() => shard.ask(POST_LEG, { correction, leg: { ...leg, nobodys: true }, context }), shard, directory, accountNo);
    }
  };
  const postingIds: string[] = [];
  for (const leg of legsOf(correction, entries)) postingIds.push((await bookLeg(leg)).postingId);
  return postingIds;
}
