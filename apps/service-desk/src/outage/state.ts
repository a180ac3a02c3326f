/** An outage (停电): a line, or a part of it, without power, until all who were affected have it again. */
import type { OutageCancelled, OutageCorrected, OutageFacts, OutageRecorded, OutageRestored } from '@youdian/contracts-desk/outage_events';
import { OutageStatus } from '@youdian/contracts-desk/outages';

export interface Outage extends OutageFacts {
  /** Always known of an outage that was recorded. */
  readonly startedAt: Date;
  readonly status: OutageStatus;
}

/** Why something is corrected or cancelled: free text, so sealed in commits and in no event. */
export interface Why {
  readonly reason: string;
}

/** `kept` stays in the commit; only `data` is published. */
export type OutageEvent<P = Why> =
  | { readonly type: 'OutageRecorded'; readonly data: OutageRecorded; readonly kept?: undefined }
  | { readonly type: 'OutageRestored'; readonly data: OutageRestored; readonly kept?: undefined }
  | { readonly type: 'OutageCorrected'; readonly data: OutageCorrected; readonly kept?: P | undefined }
  | { readonly type: 'OutageCancelled'; readonly data: OutageCancelled; readonly kept?: P | undefined };

/** Every event says the whole outage: the newest holds. */
export function evolve(_state: Outage | undefined, { type, data }: OutageEvent<unknown>): Outage {
  const facts = data.outage!;
  const status =
    type === 'OutageCancelled' ? OutageStatus.OUTAGE_STATUS_CANCELLED
    : facts.endedAt ? OutageStatus.OUTAGE_STATUS_ENDED
    : OutageStatus.OUTAGE_STATUS_OPEN;
  return { ...facts, startedAt: facts.startedAt!, status };
}
