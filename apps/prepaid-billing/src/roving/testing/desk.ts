/** The service without its stores, a device that is enrolled, and its block of numbers. */
import type { DeviceRecordStatus } from '@youdian/contracts-billing/roving_events';
import type { SignedRecord, SyncDeviceResponse } from '@youdian/contracts-billing/roving';
import type { Call } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import type { AccountDirectory } from '../../accounts/directory.ts';
import { openDayClose } from '../../day-close/open.ts';
import { memoryStores, NOON } from '../../hostile/played.ts';
import { numbersOf, restOf } from '../../invoices/numbers.ts';
import { issueBlock, numberOf, returnBlock, type SeriesEvent } from '../../invoices/series.ts';
import { memoryShards } from '../../shards/memory-shards.ts';
import { settleLeft } from '../clockwork.ts';
import { rovingService } from '../grpc.ts';
import { findRecords } from '../records/store.ts';
import { FieldDevice } from './field-device.ts';

export { NOON };
const SHARDS = 2;
const BLOCK = 60;

export const account = (n: number) => String(n).padStart(10, '0');
export const number = (n: number) => numberOf('R', n);
export const by = (name: string, idempotencyKey: string = name): Call => ({ actor: { name, role: name.split(':')[0]!, id: name.split(':')[1]! }, idempotencyKey });

/** Accounts that begin with 9 do not exist. */
export async function openRovingDesk() {
  const shards = memoryShards(SHARDS, NOON);
  const { series, devices, records: kept, shifts, bank, keepers } = memoryStores();
  const directory = { defaultThresholdFen: 0n, existing: async (nos: readonly string[]) => new Set(nos.filter((no) => !no.startsWith('9'))) } as unknown as AccountDirectory;
  let failIn = 0;
  /** As if it were killed before the commit. */
  const execute: typeof kept.execute = (...asked) => {
    if (failIn > 0 && --failIn === 0) throw new Error('killed');
    return kept.execute(...asked);
  };
  let behind = false;
  const find: typeof kept.find = async (...asked) => (behind ? { items: [] } : kept.find(...asked));
  const unsettled: typeof kept.unsettled = async (prefix) => (behind ? (await kept.find({})).items.filter(({ id }) => id.startsWith(prefix)) : []);
  const records = { ...kept, execute, find, unsettled };
  const parts = { shards, directory, series, devices, records, shifts };
  const methods = rovingService(parts, () => NOON).methods as Record<string, { handle(request: object, call: Call): Promise<any> }>;
  const device = new FieldDevice({ deviceId: 'D1', collectorId: 'C01', seed: Buffer.alloc(32, 7) });
  const ask = (method: string, request: object, call: Call) => methods[method]!.handle(request, call);
  await ask('enrolDevice', { ...device.enrolment, teamId: 'T1', replaces: '' }, by('manager:M01'));
  await series.execute('R', { operation: 'Issue', key: 'R', actor: 'manager:M01', input: {} }, (state, at) => {
    const events = issueBlock(state, { series: 'R', count: BLOCK, collectorId: 'C01', deviceId: 'D1', fromSerial: 0, actor: 'manager:M01' }, at);
    return { events: events as SeriesEvent[] };
  });
  const dayClose = openDayClose({
    store: shifts, series, shards, directory, roving: { devices, records }, bank, keepers, deadlines: { cutOff: '23:00', reminderMinutes: 60, cashLimitFen: 10_000_000n }, clock: () => NOON, log: createLogger('desk', 'silent'), ours: () => false,
  });
  await dayClose.stop();
  const byName = new Map(dayClose.services.flatMap(({ methods: some }) => Object.entries(some)));
  const readBlock = async () => (await series.read('R'))!.state!.blocks[0]!;
  return {
    shards, device, ask, shifts, records,
    /** A manager takes back what of its block nobody has heard of. */
    async returnRest() {
      const block = await readBlock();
      const rest = restOf(block, await numbersOf(shards, block));
      await series.execute('R', { operation: 'Return', key: 'back', actor: 'manager:M01', input: {} }, (state, at) => ({ events: returnBlock(state, block.blockId, rest, 'manager:M01', at) as SeriesEvent[] }));
    },
    /** A method of the day's close. */
    close: (method: string, request: object, call: Call): Promise<any> => byName.get(method)!.handle(request, call),
    sync: (some: readonly SignedRecord[], actor = 'cashier:C01'): Promise<SyncDeviceResponse> => ask('syncDevice', { deviceId: 'D1', records: some }, by(actor)),
    /** What happens though nobody asks. */
    settleLeft: () => settleLeft(parts, new Date(NOON.getTime() + 1)),
    /** As while Kafka is away: records are committed, and not found. */
    fallBehind: () => { behind = true; },
    /** Kills at the n-th commit of a record, or of the ledger. */
    killAtRecord: (commit: number) => { failIn = commit; },
    killAtPosting: (submission: number) => shards.failAt(submission),
    all: async () => (await Array.fromAsync(findRecords(records, { 'state.deviceId': 'D1' }, 'state.sequence'))).flat(),
    /** What the ledger has, without the ids of its postings. */
    async ledger() {
      const accounts = shards.ledgers.flatMap((ledger) => [...ledger.accounts].map(([no, { balanceFen }]) => `${no} ${balanceFen}`)).sort();
      const cashFen = shards.ledgers.reduce((sumFen, ledger) => sumFen + (ledger.totals.get('cash:C01') ?? 0n), 0n);
      const numbers = (await numbersOf(shards, await readBlock())).map(({ serial, state, accountNo, amountFen }) => `${serial} ${state} ${accountNo} ${amountFen}`);
      return { accounts, cashFen, numbers };
    },
  };
}

export type RovingDesk = Awaited<ReturnType<typeof openRovingDesk>>;

/** `POSTED POSTED ACCOUNT_UNKNOWN`: what became of each, or why not. */
export function outcomes({ answers }: SyncDeviceResponse): string[] {
  return answers.map(({ status, code, duplicate }) => `${code || short(status)}${duplicate ? ' again' : ''}`);
}

export function short(status: DeviceRecordStatus): string {
  return status.replace('DEVICE_RECORD_STATUS_', '');
}
