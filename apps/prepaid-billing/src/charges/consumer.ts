import type { Kafka, PlainSubscription } from '@youdian/messaging';
import type { Charge } from '@youdian/contracts-billing/events';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decodeCharge } from './decode.ts';
import { takeCharges } from './take.ts';

export const CHARGES_TOPIC = 'billing-center.charges.v1';

/** Offsets follow once a batch is in the ledger; while customer-profile or a shard is away, the batch waits. */
export function consumeCharges(kafka: Kafka, shards: Shards, directory: AccountDirectory): PlainSubscription<Charge> {
  return kafka.consumePlain({
    group: 'prepaid-billing',
    topic: CHARGES_TOPIC,
    decode: decodeCharge,
    onBatch: (batch) => takeCharges(shards, directory, batch.map((record) => ({ charge: record.value, traceparent: record.header('traceparent') }))),
  });
}
