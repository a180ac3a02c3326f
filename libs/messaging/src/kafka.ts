import type { KafkaOptions } from './cluster.ts';
import { PlainSubscription, type PlainOptions } from './plain.ts';
import { Subscription, type SubscriptionOptions } from './subscription.ts';
import { Wire } from './wire.ts';

/** The one door to a Kafka cluster. The client library behind it appears in no other package. */
export class Kafka extends Wire {
  /** Topics of our own services, with all guarantees. */
  subscribe<E>(options: SubscriptionOptions<E>): Subscription<E> {
    return this.closing(new Subscription(this, options));
  }

  /** A topic from outside, without sequences. */
  consumePlain<T>(options: PlainOptions<T>): PlainSubscription<T> {
    return this.closing(new PlainSubscription(this, options));
  }
}

export function connect(options: KafkaOptions): Kafka {
  return new Kafka(options);
}
