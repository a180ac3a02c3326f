import { headerText, Poison, type Kafka, type PlainSubscription } from '@youdian/messaging';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { takeManifests } from './batches.ts';
import { decodeSent, type Sent } from './decode.ts';
import type { Sender } from './sender.ts';
import type { Senders } from './senders.ts';
import { takeCharges, type IncomingCharge } from './take.ts';

export const CHARGES_TOPIC = 'billing-center.charges.v1';

/** While the batch of one partition becomes durable, that of another is decided. */
const PARTITIONS_AT_ONCE = 3;

/** With whom it is from. */
type SentBy = Sent & { readonly sender: Sender };

/** Offsets follow once a batch is in the ledger; while customer-profile or a shard is away, the batch waits. */
export function consumeCharges(kafka: Kafka, shards: Shards, directory: AccountDirectory, senders: Senders): PlainSubscription<SentBy> {
  return kafka.consumePlain({
    group: 'prepaid-billing',
    topic: CHARGES_TOPIC,
    partitionsAtOnce: PARTITIONS_AT_ONCE,
    decode: (record) => {
      const sender = senders.ofSource(headerText(record.headers?.['ce_source']));
      // Not refused: that would use up ids which the sender may send again once it is known.
      if (!sender) throw new Poison('ce_source is no sender that may use this topic');
      return { ...decodeSent(record), sender };
    },
    onBatch: async (batch) => {
      await Promise.all(Array.from(Map.groupBy(batch, ({ value }) => value.sender), async ([sender, records]) => {
        const charges: IncomingCharge[] = [];
        for (const record of records) if ('charge' in record.value) charges.push({ charge: record.value.charge, traceparent: record.header('traceparent') });
        await takeManifests(shards, records.flatMap(({ value }) => ('manifest' in value ? [value.manifest] : [])), sender);
        await takeCharges(shards, directory, charges, sender);
      }));
    },
  });
}
