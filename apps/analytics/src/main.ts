import { connect } from '@youdian/messaging';
import { readConfig, remoteHistory, runService, serveGrpc } from '@youdian/service-host';
import { config as shape } from './config.ts';
import { subscribeToFacts } from './ingest.ts';
import { analyticsService } from './query/grpc.ts';
import { DuckDbFactStore } from './store/duckdb/duckdb-fact-store.ts';
import { PARTITIONS, TOPICS } from './topics.ts';

const config = readConfig(shape);

await runService('analytics', config, async (host) => {
  const store = await DuckDbFactStore.open({ folder: config.DATA_DIR, memoryLimitMb: config.DUCKDB_MEMORY_LIMIT_MB, clock: host.clock });
  host.onStop('facts', () => store.close());

  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log: host.log, clock: host.clock });
  host.onStop('kafka', () => kafka.close());

  // Questions are answered from what is there, with its watermark, also while Kafka is away.
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [analyticsService(store)],
    descriptors: [import.meta.resolve('@youdian/contracts-analytics/descriptor')],
  });

  const owners = {
    'customer-profile': remoteHistory(config.CUSTOMER_PROFILE_GRPC, 'service:analytics'),
    'service-desk': remoteHistory(config.SERVICE_DESK_GRPC, 'service:analytics'),
    'prepaid-billing': remoteHistory(config.PREPAID_BILLING_GRPC, 'service:analytics'),
    notification: remoteHistory(config.NOTIFICATION_GRPC, 'service:analytics'),
  };
  await host.waitFor('topics', () => kafka.ensureTopics(TOPICS.map((topic) => ({ topic, partitions: PARTITIONS }))));
  const subscription = subscribeToFacts(kafka, store, config.CONSUMER_GROUP, owners);
  host.onReady('events', () => {
    const { state, reason } = subscription.status();
    return state === 'consuming' ? undefined : `${state}: ${reason ?? ''}`;
  });
});
