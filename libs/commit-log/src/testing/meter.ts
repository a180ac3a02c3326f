import type { Rejection } from '@youdian/rejection';
import type { AggregateDefinition, DomainEvent } from '../aggregate/definition.ts';
import type { Command, Decide } from '../aggregate/store.ts';

/** A small aggregate for tests: a meter that is installed once, then read. */
export interface MeterState {
  readonly installedAt?: Date;
  readonly totalFen: bigint;
  readonly readings: number;
}

export type MeterEvent =
  | DomainEvent<'MeterInstalled', { installedAt: Date }>
  | DomainEvent<'MeterRead', { amountFen: bigint }>;

export const METER_TOPIC = 'test.meter.v1';

export const meters: AggregateDefinition<MeterState, MeterEvent> = {
  name: 'meter', collection: 'meters', topic: METER_TOPIC, source: '/youdian/test', typePrefix: 'youdian.test.v1',
  messages: {
    MeterInstalled: {
      toJSON: (message: { installedAt: Date }) => ({ installedAt: message.installedAt.toISOString() }),
      fromJSON: (json: { installedAt: string }) => ({ installedAt: new Date(json.installedAt) }),
    },
    MeterRead: {
      toJSON: (message: { amountFen: bigint }) => ({ amountFen: message.amountFen.toString() }),
      fromJSON: (json: { amountFen: string }) => ({ amountFen: BigInt(json.amountFen) }),
    },
  },
  initial: { totalFen: 0n, readings: 0 },
  evolve: (state, event) => {
    switch (event.type) {
      case 'MeterInstalled': return { ...state, installedAt: event.data.installedAt };
      case 'MeterRead': return { ...state, totalFen: state.totalFen + event.data.amountFen, readings: state.readings + 1 };
    }
  },
};

const UNKNOWN: Rejection = { kind: 'unknown', code: 'METER_UNKNOWN', zh: '没有该电表', en: 'There is no such meter.' };
const EXISTS: Rejection = { kind: 'conflict', code: 'METER_EXISTS', zh: '电表已存在', en: 'The meter exists already.' };

export const install: Decide<MeterState, MeterEvent, { installedAt: Date }> = (state, at) =>
  state.installedAt ? EXISTS : { events: [{ type: 'MeterInstalled', data: { installedAt: at } }], result: { installedAt: at } };

export const readMeter = (amountFen: bigint): Decide<MeterState, MeterEvent, { totalFen: bigint }> => (state) =>
  state.installedAt ? { events: [{ type: 'MeterRead', data: { amountFen } }], result: { totalFen: state.totalFen + amountFen } } : UNKNOWN;

export function command(operation: string, key: string, input: unknown = {}): Command {
  return { operation, key, actor: 'agent:7', input };
}
