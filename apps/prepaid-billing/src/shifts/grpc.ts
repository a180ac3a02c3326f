import { setTimeout as pause } from 'node:timers/promises';
import type { ShiftDeclaration, ShiftRecords } from '@youdian/contracts-billing/events';
import {
  ShiftServiceService, type CloseShiftRequest, type DeclaredInvoices, type GetDayCloseRequest, type GetShiftRequest, type ListShiftRecordsRequest, type OpenShiftRequest,
  type SignOffShiftRequest,
} from '@youdian/contracts-billing/shifts';
import { Rejected } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import { currentTraceparent, type Clock } from '@youdian/telemetry';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideShiftBarrier } from '../ledger/decide/shift.ts';
import { periodInvalid } from '../ledger/rejections.ts';
import { decided } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import type { Book } from './booking.ts';
import { checkClosing, closeShift, openShift, signOffShift } from './decide.ts';
import { executing } from './execute.ts';
import type { Explain } from './explain.ts';
import { messageOf, unsettledOf } from './message.ts';
import { postingsOfShifts } from './records.ts';
import { shiftNotClosed, shiftStillOpen } from './rejections.ts';
import { readShift, SHIFT_KEPT_MS, shiftIdOf, shiftsOfCollector, shiftsOfDay, type ShiftStore } from './store.ts';
import { totalOf, totalsBy } from './sums.ts';

const COLLECTORS = ['cashier'];
const SIGNERS = ['cashier', 'manager', 'admin'];
export const READERS = ['cashier', 'manager', 'analyst', 'admin', 'service'];
const NOTHING_DECLARED: ShiftDeclaration = { invoiceCount: 0n, voidCount: 0n, invoiceFen: 0n, countedCashFen: 0n, slips: [], devices: [] };
export const AS_RECORDED: DeclaredInvoices = { allListed: false, lines: [], withoutPaper: [] };

export function shiftService(store: ShiftStore, shards: Shards, { explain, book }: { explain: Explain; book: Book }, clock: Clock) {
  const execute = executing(store);

  return implement(ShiftServiceService, {
    openShift: command(COLLECTORS, async (request: OpenShiftRequest, call: Call) => {
      const collectorId = call.actor.id;
      const key = call.idempotencyKey;
      const day = dayOf(clock());
      const today = await shiftsOfCollector(store, collectorId, day);
      // The same key again gets the shift that it opened, also when that has been closed and another opened since.
      const same = today.find(({ openedUnder }) => openedUnder === key);
      const newest = today.at(-1);
      if (!same && newest?.status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftStillOpen(newest.shiftId));
      if (!same) await refuseWhileOpen(store, collectorId);
      const shiftId = same?.shiftId ?? shiftIdOf(collectorId, day, today.length + 1);
      const shift = await execute(shiftId, 'OpenShift', request, call, (state, at) => openShift(state, { ...request, shiftId, collectorId, day, key }, at));
      // No process remembers any longer that there was none: from here on what the collector takes is in this shift.
      await pause(SHIFT_KEPT_MS);
      return { shift };
    }),

    closeShift: command(COLLECTORS, async ({ shiftId, declared = NOTHING_DECLARED, invoices = AS_RECORDED }: CloseShiftRequest, call: Call) => {
      const declaration = { declared, invoices };
      const wrong = checkClosing(await readShift(store, shiftId), call.actor.id, declaration, clock());
      if (wrong) throw new Rejected(wrong);
      const records = await setBarriers(shards, shiftId, call);
      const shift = await execute(shiftId, 'CloseShift', { shiftId, ...declaration }, call, (state, at) => closeShift(state, declaration, records, at));
      await book(shiftId);
      return { shift };
    }),

    signOffShift: command(SIGNERS, async ({ shiftId, reason }: SignOffShiftRequest, call: Call) => {
      const current = await readShift(store, shiftId);
      const unsettled = current.status === 'SHIFT_STATUS_OPEN' ? 0 : unsettledOf(current, await explain(current));
      return { shift: await execute(shiftId, 'SignOffShift', { shiftId, reason }, call, (shift, at) => signOffShift(shift, { actor: call.actor, reason, unsettled }, at)) };
    }),

    getShift: query(READERS, async ({ shiftId }: GetShiftRequest) => ({ shift: messageOf(await readShift(store, shiftId)) })),

    listShiftRecords: query(READERS, async ({ shiftId }: ListShiftRecordsRequest) => {
      const { status } = await readShift(store, shiftId);
      if (status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftNotClosed);
      const postings = (await postingsOfShifts(shards, [shiftId])).get(shiftId)!;
      const records = postings.map(({ postingId, accountNo, postedAt, topUp, reversal }) => ({
        postingId, accountNo, postedAt, invoiceNo: (topUp ?? reversal)!.invoiceNo, takenAt: (topUp ?? reversal)!.takenAt, amountFen: topUp ? topUp.amountFen : -reversal!.amountFen,
      }));
      return { records };
    }),

    getDayClose: query(READERS, async ({ day }: GetDayCloseRequest) => {
      if (!isDay(day)) throw new Rejected({ ...periodInvalid, field: 'day' });
      const shifts = await shiftsOfDay(store, day);
      return {
        day, shifts: shifts.map(messageOf),
        outlets: totalsBy(shifts, ({ outletId }) => outletId), teams: totalsBy(shifts, ({ teamId }) => teamId), company: totalOf('', shifts),
      };
    }),
  });
}

const SET_BARRIER = job('shift-barrier', (shard, { shiftId, context }: { shiftId: string; context: Omit<Context, 'at'> }) =>
  decided(shard, (ledger, at) => decideShiftBarrier(ledger, shiftId, { ...context, at })));

/** From here on no shard takes anything more for the shift; what they have together is what the ledger says of it. */
async function setBarriers(shards: Shards, shiftId: string, { actor }: Call): Promise<ShiftRecords> {
  const context = { actor: actor.name, traceparent: currentTraceparent() };
  const barriers = await Promise.all(shards.each().map((shard) => shard.ask(SET_BARRIER, { shiftId, context })));
  const records = { topUpCount: 0n, topUpFen: 0n, reversedCount: 0n, reversedFen: 0n };
  for (const { shiftBarrier } of barriers) for (const name of Object.keys(records) as (keyof ShiftRecords)[]) records[name] += shiftBarrier![name];
  return records;
}

async function refuseWhileOpen(store: ShiftStore, collectorId: string): Promise<void> {
  const { items } = await store.find({ 'state.collectorId': collectorId, 'state.status': 'SHIFT_STATUS_OPEN' }, { limit: 1 });
  // The read document may lag a moment behind the commits.
  const current = items[0] && (await store.read(items[0].id));
  if (current?.state?.status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftStillOpen(current.state.shiftId));
}
