import type { Kafka, PlainSubscription } from '@youdian/messaging';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { takeManifests } from './batches.ts';
import { decodeSent, type Sent } from './decode.ts';
import { takeCharges, type IncomingCharge } from './take.ts';

export const CHARGES_TOPIC = 'billing-center.charges.v1';

/** Offsets follow once a batch is in the ledger; while customer-profile or a shard is away, the batch waits. */
export function consumeCharges(kafka: Kafka, shards: Shards, directory: AccountDirectory): PlainSubscription<Sent> {
  return kafka.consumePlain({
    group: 'prepaid-billing',
    topic: CHARGES_TOPIC,
    decode: decodeSent,
    onBatch: async (batch) => {
      const charges: IncomingCharge[] = [];
      for (const record of batch) if ('charge' in record.value) charges.push({ charge: record.value.charge, traceparent: record.header('traceparent') });
      await takeManifests(shards, batch.flatMap(({ value }) => ('manifest' in value ? [value.manifest] : [])));
      await takeCharges(shards, directory, charges);
    },
  });
}
