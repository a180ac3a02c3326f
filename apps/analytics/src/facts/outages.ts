import { OutageCancelled, OutageRecorded, type OutageFacts } from '@youdian/contracts-desk/outage_events';
import { change, type FactChange, type Origin } from './change.ts';
import { hourOf, known, required } from './columns.ts';

/** Who had power again before this many minutes had a momentary interruption, which the indices leave out (IEEE 1366). */
export const SUSTAINED_FROM_MINUTES = 5;
const SUSTAINED_FROM_MS = SUSTAINED_FROM_MINUTES * 60_000;

type Read = (payload: unknown, origin: Origin) => FactChange[];

/** Each event says the whole outage; who is still without power counts in the indices once they have it again. */
function outage(facts: OutageFacts | undefined, origin: Origin, cancelled: boolean): FactChange[] {
  const { regionId, lineId, planned, startedAt: started, endedAt, customersAffected, cause, equipment, restorations } = required(facts, 'outage');
  const startedAt = required(started, 'startedAt');
  let interrupted = 0n;
  let customerMs = 0n;
  for (const { restoredAt, customersRestored } of restorations) {
    const offMs = required(restoredAt, 'restoredAt').getTime() - startedAt.getTime();
    if (offMs < SUSTAINED_FROM_MS) continue;
    interrupted += customersRestored;
    customerMs += customersRestored * BigInt(offMs);
  }
  return [change('outage_facts', origin, {
    region_id: known(regionId), line_id: required(known(lineId), 'lineId'), planned: planned ? 'YES' : 'NO', cause: known(cause), equipment: known(equipment),
    started_at: startedAt, ...hourOf(startedAt), ended_at: endedAt ?? null, customers_affected: customersAffected, interrupted, customer_ms: customerMs,
    cancelled: cancelled ? 'YES' : null,
  })];
}

const told: Read = (payload, origin) => outage(OutageRecorded.fromJSON(payload).outage, origin, false);

export const OUTAGE_EVENTS: Record<string, Read> = {
  'youdian.desk.v1.OutageRecorded': told,
  'youdian.desk.v1.OutageRestored': told,
  'youdian.desk.v1.OutageCorrected': told,
  'youdian.desk.v1.OutageCancelled': (payload, origin) => outage(OutageCancelled.fromJSON(payload).outage, origin, true),
};
