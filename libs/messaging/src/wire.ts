import { Cluster } from './cluster.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { createPublisher, type KafkaPublisher, type PublisherOptions } from './publisher.ts';

/** A cluster that records go to and come from. */
export class Wire extends Cluster {
  publisher(options: PublisherOptions): KafkaPublisher {
    const publisher = createPublisher(this, this.client, options);
    this.closing({ stop: () => publisher.close() });
    return publisher;
  }

  /** Starts at once and keeps trying while Kafka is away; see `Consumer.status()`. */
  run(options: ConsumerOptions): Consumer {
    return this.closing(new Consumer(this, this.client, options));
  }
}
