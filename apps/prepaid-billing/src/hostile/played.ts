/** All that the service does, on memory, behind a real server: for tests of what callers see. */
import { connectService, serveGrpc, type CallOptions, type Host, type Implementation } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import { evolve as evolveBankLine, type BankLine, type BankLineEvent } from '../bank-lines/state.ts';
import { BILLING_CENTER } from '../charges/sender.ts';
import { Senders } from '../charges/senders.ts';
import { evolve as evolveSeries, type Series, type SeriesEvent } from '../invoices/series.ts';
import { evolve as evolveKeepers, NOBODY } from '../keepers/state.ts';
import { evolve as evolveRoute, type Route, type RouteEvent } from '../routes/state.ts';
import { evolve as evolveDevice, type Device, type DeviceEvent } from '../roving/devices/state.ts';
import { evolve as evolveRecord, type Recorded, type RecordEvent } from '../roving/records/state.ts';
import { openServices, type Surroundings } from '../services.ts';
import type { ReachedShards } from '../shards/peers.ts';
import { evolve as evolveShift, type Shift, type ShiftEvent } from '../shifts/state.ts';
import type { Stores } from '../stores.ts';
import { memoryAggregates } from './memory-aggregates.ts';

export const NOON = new Date('2026-03-02T04:00:00Z');

/** Accounts exist that begin with 0. */
export const directory: AccountDirectory = {
  defaultThresholdFen: 3_000n, existing: async (nos) => new Set(nos.filter((no) => no.startsWith('0'))), places: async () => new Map(), close: () => {},
};

export function memoryStores(): Stores {
  return {
    shifts: memoryAggregates<Shift | undefined, ShiftEvent>(evolveShift, NOON, undefined),
    bank: memoryAggregates<BankLine | undefined, BankLineEvent>(evolveBankLine, NOON, undefined),
    keepers: memoryAggregates(evolveKeepers, NOON, NOBODY),
    series: memoryAggregates<Series | undefined, SeriesEvent>(evolveSeries, NOON, undefined),
    routes: memoryAggregates<Route | undefined, RouteEvent>(evolveRoute, NOON, undefined),
    devices: memoryAggregates<Device | undefined, DeviceEvent>(evolveDevice, NOON, undefined),
    records: memoryAggregates<Recorded | undefined, RecordEvent>(evolveRecord, NOON, undefined),
  };
}

export type Ask = (request: Uint8Array | AsyncIterable<Uint8Array>, options: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;

export interface Played {
  readonly address: string;
  readonly services: readonly Implementation[];
  /** By the path of the method; a request is bytes already. */
  readonly calls: Readonly<Record<string, Ask>>;
  stop(): Promise<void>;
}

export async function play(shards: ReachedShards, stores: Stores): Promise<Played> {
  const log = createLogger('played', 'silent');
  const stops: (() => unknown)[] = [];
  const host: Host = { name: 'prepaid-billing', log, clock: () => NOON, onStop: (_, stop) => stops.push(stop), onReady: () => {}, waitFor: (_, attempt) => attempt() };
  const around: Surroundings = {
    shards, stores, directory, network: async () => new Map([['L1', 'R1'], ['L2', 'R1']]),
    senders: new Senders([BILLING_CENTER, { ...BILLING_CENTER, id: 'rural-grid', name: '农电', accountPrefixes: ['00'] }]),
    deadlines: { cutOff: '23:00', reminderMinutes: 60, cashLimitFen: 10_000_000n }, clock: () => NOON, log, ours: () => false,
  };
  const { services, stop } = openServices(around);
  const address = await serveGrpc(host, { listen: '127.0.0.1:0', services, descriptors: [] });
  const calls: Record<string, Ask> = {};
  const clients = services.map(({ definition }) => {
    const raw = Object.fromEntries(Object.entries(definition).map(([name, shape]) => [name, { ...shape, requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes) }]));
    const client = connectService(raw, address) as unknown as Record<string, Ask> & { close(): void };
    for (const [name, shape] of Object.entries(definition)) calls[shape.path] = client[name]!;
    return client;
  });
  return {
    address, services, calls,
    stop: async () => {
      for (const client of clients) client.close();
      for (const one of stops) await one();
      await stop();
    },
  };
}
