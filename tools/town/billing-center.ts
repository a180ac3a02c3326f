import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';
import { type PastCharge } from './payments.ts';

export const CHARGES_TOPIC = 'billing-center.charges.v1';
const BATCH = 2_000;

/** The billing center (算费中心): hands charges in as CloudEvents on Kafka, with a client of its own. */
export async function connectBillingCenter(brokers: string) {
  const kafka = new Kafka({ clientId: 'billing-center', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 30 } });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  return {
    async send(messages: readonly Message[], onProgress: (sent: number) => void = () => {}): Promise<void> {
      for (let from = 0; from < messages.length; from += BATCH) {
        await producer.send({ topic: CHARGES_TOPIC, acks: -1, messages: messages.slice(from, from + BATCH) });
        onProgress(Math.min(from + BATCH, messages.length));
      }
    },
    close: () => producer.disconnect(),
  };
}

export type BillingCenter = Awaited<ReturnType<typeof connectBillingCenter>>;

/** One charge as the billing center writes it; `traceparent` where it follows a trace. */
export function chargeMessage({ issuedAt, ...charge }: PastCharge, traceparent?: string): Message {
  return {
    key: charge.accountNo,
    value: JSON.stringify({ ...charge, amountFen: String(charge.amountFen) }),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: charge.chargeId,
      ce_source: '/billing-center',
      ce_type: 'youdian.billing.v1.Charge',
      ce_subject: charge.accountNo,
      ce_time: issuedAt.toISOString(),
      ...(traceparent ? { traceparent } : {}),
    },
  };
}
