import type { ShiftDeclaration, ShiftRecords } from '@youdian/contracts-billing/events';
import {
  ShiftServiceService, type CloseShiftRequest, type GetDayCloseRequest, type GetShiftRequest, type ListShiftRecordsRequest, type OpenShiftRequest, type Shift as ShiftMessage,
  type ShiftRecord, type SignOffShiftRequest,
} from '@youdian/contracts-billing/shifts';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import { currentTraceparent, type Clock } from '@youdian/telemetry';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { barrierOf, decideDeposit, decideShiftBarrier } from '../ledger/decide/shift.ts';
import { periodInvalid } from '../ledger/rejections.ts';
import { decided } from '../shards/decided.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { checkClosing, closeShift, openShift, signOffShift } from './decide.ts';
import { shiftNotClosed, shiftStillOpen, shiftUnknown } from './rejections.ts';
import { evolve, type Shift, type ShiftEvent } from './state.ts';
import { shiftIdOf, shiftsOfCollector, type ShiftStore } from './store.ts';
import { sumsOf, totalOf, totalsBy } from './sums.ts';

const COLLECTORS = ['cashier'];
const SIGNERS = ['cashier', 'manager', 'admin'];
const READERS = ['cashier', 'manager', 'analyst', 'admin', 'service'];
const DAY_SHIFTS_MAX = 5_000;
const PAGE = 500;

export function shiftService(store: ShiftStore, shards: Shards, clock: Clock) {
  async function execute(shiftId: string, operation: string, input: object, { actor, idempotencyKey }: Call, decide: (shift: Shift | undefined, at: Date) => ShiftEvent[] | Rejection): Promise<ShiftMessage> {
    const { result } = await store.execute(shiftId, { operation, key: idempotencyKey, actor: actor.name, input }, (state, at) => {
      const events = decide(state, at);
      return isRejection(events) ? events : { events, result: events.reduce<Shift | undefined>(evolve, state)! };
    });
    return messageOf(result);
  }

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
      return { shift: await execute(shiftId, 'OpenShift', request, call, (shift, at) => openShift(shift, { ...request, shiftId, collectorId, day, key }, at)) };
    }),

    closeShift: command(COLLECTORS, async ({ shiftId, declared }: CloseShiftRequest, call: Call) => {
      const declaration: ShiftDeclaration = declared ?? { invoiceCount: 0n, voidCount: 0n, invoiceFen: 0n, countedCashFen: 0n, slips: [] };
      const shift = await readShift(store, shiftId);
      const wrong = checkClosing(shift, call.actor.id, declaration, clock());
      if (wrong) throw new Rejected(wrong);
      const records = await setBarriers(shards, shiftId, call);
      const message = await execute(shiftId, 'CloseShift', { shiftId, declared: declaration }, call, (state, at) => closeShift(state, declaration, records, at));
      await deposit(shards, message, call);
      return { shift: message };
    }),

    signOffShift: command(SIGNERS, async ({ shiftId, reason }: SignOffShiftRequest, call: Call) => {
      await readShift(store, shiftId);
      return { shift: await execute(shiftId, 'SignOffShift', { shiftId, reason }, call, (shift, at) => signOffShift(shift, { actor: call.actor, reason }, at)) };
    }),

    getShift: query(READERS, async ({ shiftId }: GetShiftRequest) => ({ shift: messageOf(await readShift(store, shiftId)) })),

    listShiftRecords: query(READERS, async ({ shiftId }: ListShiftRecordsRequest) => {
      const shift = await readShift(store, shiftId);
      if (shift.status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftNotClosed);
      return { records: (await Promise.all(shards.each().map((shard) => recordsOf(shard, shiftId)))).flat().sort((a, b) => a.postedAt!.getTime() - b.postedAt!.getTime()) };
    }),

    getDayClose: query(READERS, async ({ day }: GetDayCloseRequest) => {
      if (!isDay(day)) throw new Rejected({ ...periodInvalid, field: 'day' });
      const shifts = await shiftsOf(store, day);
      return {
        day, shifts: shifts.map(messageOf),
        outlets: totalsBy(shifts, ({ outletId }) => outletId), teams: totalsBy(shifts, ({ teamId }) => teamId), company: totalOf('', shifts),
      };
    }),
  });
}

/** From here on no shard takes anything more for the shift; what they have together is what the ledger says of it. */
async function setBarriers(shards: Shards, shiftId: string, { actor }: Call): Promise<ShiftRecords> {
  const context = { actor: actor.name, traceparent: currentTraceparent() };
  const barriers = await Promise.all(shards.each().map((shard) => decided(shard, (ledger, at) => decideShiftBarrier(ledger, shiftId, { ...context, at }))));
  const records = { topUpCount: 0n, topUpFen: 0n, reversedCount: 0n, reversedFen: 0n };
  for (const { shiftBarrier } of barriers) for (const name of Object.keys(records) as (keyof ShiftRecords)[]) records[name] += shiftBarrier![name];
  return records;
}

/** What a shard's barrier counted. */
async function recordsOf(shard: LedgerShard, shiftId: string): Promise<ShiftRecord[]> {
  const at = await shard.read(({ keys }) => keys.find(barrierOf(shiftId), NO_HASH)?.sequence);
  if (at === undefined) return [];
  const [barrier] = await shard.postings([at]);
  const postings = await shard.postings(barrier!.shiftBarrier!.sequences);
  return postings.map(({ postingId, accountNo, postedAt, topUp, reversal }) => ({
    postingId, accountNo, postedAt, invoiceNo: (topUp ?? reversal)!.invoiceNo, takenAt: (topUp ?? reversal)!.takenAt, amountFen: topUp ? topUp.amountFen : -reversal!.amountFen,
  }));
}

/** Once for a shift, by its id: a retry after a crash makes it good. */
async function deposit(shards: Shards, { shiftId, collectorId, sums }: ShiftMessage, { actor }: Call): Promise<void> {
  const amountFen = sums!.slipsFen;
  if (amountFen === 0n) return;
  await decided(shards.of(`cash:${collectorId}`), (ledger, at) => decideDeposit(ledger, { shiftId, collectorId, amountFen }, { actor: actor.name, traceparent: currentTraceparent(), at }));
}

async function readShift(store: ShiftStore, shiftId: string): Promise<Shift> {
  const found = /^[A-Za-z0-9_.@-]{1,96}$/.test(shiftId) ? await store.read(shiftId) : undefined;
  if (!found?.state) throw new Rejected(shiftUnknown);
  return found.state;
}

async function refuseWhileOpen(store: ShiftStore, collectorId: string): Promise<void> {
  const { items } = await store.find({ 'state.collectorId': collectorId, 'state.status': 'SHIFT_STATUS_OPEN' }, { limit: 1 });
  // The read document may lag a moment behind the commits.
  const current = items[0] && (await store.read(items[0].id));
  if (current?.state?.status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftStillOpen(current.state.shiftId));
}

async function shiftsOf(store: ShiftStore, day: string): Promise<Shift[]> {
  const shifts: Shift[] = [];
  for (let after: string | undefined; shifts.length < DAY_SHIFTS_MAX; ) {
    const page = await store.find({ 'state.day': day }, { limit: PAGE, after });
    shifts.push(...page.items.map(({ state }) => state!));
    if (!page.next) break;
    after = page.next;
  }
  return shifts;
}

function messageOf(shift: Shift): ShiftMessage {
  const { openedUnder: _, closedAt, records, declared, signedOffAt, ...rest } = shift;
  return { ...rest, closedAt, records, declared, signedOffAt, sums: sumsOf(shift) };
}
