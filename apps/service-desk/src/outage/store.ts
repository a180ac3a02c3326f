import type { AggregateDefinition, AggregateStore } from '@youdian/commit-log';
import { OutageCancelled, OutageCorrected, OutageRecorded, OutageRestored } from '@youdian/contracts-desk/outage_events';
import type { SealedText } from '../sealing.ts';
import { evolve, type Outage, type OutageEvent } from './state.ts';

export const outageDefinition: AggregateDefinition<Outage | undefined, OutageEvent<SealedText>> = {
  name: 'outage',
  collection: 'outages',
  topic: 'service-desk.outage.v1',
  source: '/youdian/service-desk',
  typePrefix: 'youdian.desk.v1',
  messages: { OutageRecorded, OutageRestored, OutageCorrected, OutageCancelled },
  initial: undefined,
  evolve,
  indexes: [{ key: { 'state.startedAt': -1, _id: -1 } }, { key: { 'state.lineId': 1, 'state.startedAt': -1, _id: -1 } }],
};

export type Outages = AggregateStore<Outage | undefined, OutageEvent<SealedText>>;

/** What cannot be an outage's id is no outage, rather than an error. */
export async function readOutage(outages: Outages, outageId: string) {
  const found = /^[0-9a-f-]{36}$/.test(outageId) ? await outages.read(outageId) : undefined;
  return found?.state && { state: found.state, version: found.version };
}
