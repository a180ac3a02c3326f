import { Counter, Gauge, metrics } from '@youdian/telemetry';

const registers = [metrics];

export const published = new Counter({ name: 'youdian_messaging_published_total', help: 'Records acknowledged by Kafka', labelNames: ['topic'], registers });
export const publishRetries = new Counter({ name: 'youdian_messaging_publish_retries_total', help: 'Batches sent again after an error', labelNames: ['topic'], registers });
export const consumed = new Counter({ name: 'youdian_messaging_consumed_total', help: 'Records handled', labelNames: ['group', 'topic'], registers });
export const retried = new Counter({ name: 'youdian_messaging_retried_total', help: 'Batches or events tried again', labelNames: ['group'], registers });
export const parked = new Counter({ name: 'youdian_messaging_parked_total', help: 'Events parked: out of order or behind a dead letter', labelNames: ['group', 'topic'], registers });
export const healed = new Counter({ name: 'youdian_messaging_healed_total', help: 'Events taken from the owner\'s history to close a gap', labelNames: ['group', 'topic'], registers });
export const deadLettered = new Counter({ name: 'youdian_messaging_dead_lettered_total', help: 'Records sent to the dead letters', labelNames: ['group', 'topic'], registers });
export const lag = new Gauge({ name: 'youdian_messaging_lag', help: 'Records behind the end of the partition, as of the newest batch', labelNames: ['group', 'topic', 'partition'], registers });
