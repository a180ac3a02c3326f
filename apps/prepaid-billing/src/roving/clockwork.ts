/** What has come from devices comes into the ledger though nobody asks again. */
import type { Clock, Logger } from '@youdian/telemetry';
import { CLOCKWORK } from '../shards/rolling.ts';
import { ticking } from '../shards/ticking.ts';
import { findRecords } from './records/store.ts';
import { settle, type RovingParts } from './settle.ts';

const LOOK_EVERY_MS = 2_000;
/** Whoever sent it is likely still at it. */
const LEFT_ALONE_MS = 5_000;

/** Records that a crash left, that wait for customer-profile, or that others vouched for; and voids whose receipt came later. */
export async function settleLeft(parts: RovingParts, before: Date): Promise<void> {
  for await (const page of findRecords(parts.records, { 'state.status': 'DEVICE_RECORD_STATUS_RECEIVED' })) {
    for (const { deviceId, sequence, receivedAt } of page) if (receivedAt! < before) await settle(parts, deviceId, sequence, CLOCKWORK);
  }
}

/** `ours`: whether this process does it; another one might too, and nothing would happen twice. Returns what stops it. */
export function startRovingClockwork(parts: RovingParts, { clock, ours, log }: { readonly clock: Clock; readonly ours: () => boolean; readonly log: Logger }): () => Promise<void> {
  return ticking(LOOK_EVERY_MS, async () => {
    if (!ours()) return;
    try {
      await settleLeft(parts, new Date(clock().getTime() - LEFT_ALONE_MS));
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'the clockwork of the devices has to try again');
    }
  });
}
