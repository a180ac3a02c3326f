import { join } from 'node:path';
import { connect, type Subscription } from '@youdian/messaging';
import { readConfig, remoteHistory, runService, serveGrpc } from '@youdian/service-host';
import { Archive } from './archive/archive.ts';
import { rollUpsOf } from './catalogue/roll-ups.ts';
import { statisticsWith } from './catalogue/statistics.ts';
import { config as shape } from './config.ts';
import { exportService } from './export/grpc.ts';
import type { FactChange } from './facts/change.ts';
import { historyOf, subscribeToFacts } from './ingest.ts';
import { analyticsService } from './query/grpc.ts';
import { upkeepService } from './rebuild/grpc.ts';
import { Rebuilder } from './rebuild/rebuild.ts';
import { analystSqlService } from './sandbox/grpc.ts';
import { Sandbox } from './sandbox/sandbox.ts';
import { CurrentFacts } from './store/current-facts.ts';
import { DuckDbHome } from './store/duckdb/duckdb-home.ts';
import { PARTITIONS, TOPICS } from './topics.ts';

const config = readConfig(shape);
const addresses = {
  'customer-profile': config.CUSTOMER_PROFILE_GRPC, 'service-desk': config.SERVICE_DESK_GRPC, 'prepaid-billing': config.PREPAID_BILLING_GRPC, notification: config.NOTIFICATION_GRPC,
};
const statistics = statisticsWith({ restoreCommitmentMinutes: config.RESTORE_COMMITMENT_MINUTES });

await runService('analytics', config, async (host) => {
  const { log, clock } = host;
  const home = new DuckDbHome({ folder: config.DATA_DIR, memoryLimitMb: config.DUCKDB_MEMORY_LIMIT_MB, clock, rollUps: rollUpsOf(statistics) });
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log, clock });
  const owners = Object.fromEntries(Object.entries(addresses).map(([owner, address]) => [owner, remoteHistory(address, 'service:analytics')]));
  let subscription: Subscription<FactChange> | undefined;
  const facts = new CurrentFacts(await home.openCurrent(), (store) => (subscription = subscribeToFacts(kafka, store, config.CONSUMER_GROUP, owners)));
  await home.removeOthers(); // what a rebuild left that a crash cut short
  host.onStop('facts', () => facts.close());
  host.onStop('kafka', () => kafka.close());

  const archive = new Archive({
    brokers: config.KAFKA_BROKERS, group: `${config.CONSUMER_GROUP}-archive`, folder: config.ARCHIVE_DIR ?? join(config.DATA_DIR, 'archive'), logLevel: config.LOG_LEVEL,
  }, log);
  host.onStop('archive', () => archive.stop());
  const rebuilder = new Rebuilder({
    home, facts, archive, clock, log,
    input: { folder: config.DATA_DIR, memoryLimitMb: config.DUCKDB_MEMORY_LIMIT_MB, owners: addresses, logLevel: config.LOG_LEVEL },
  });
  host.onStop('rebuild', () => rebuilder.stop());

  const sandbox = new Sandbox(() => home.copyForAnalysts(facts.store));
  // Questions are answered from what is there, with its watermark, also while Kafka is away.
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [analyticsService(facts, statistics, historyOf(owners)), exportService(facts, statistics), analystSqlService(sandbox), upkeepService(archive, rebuilder)],
    descriptors: [import.meta.resolve('@youdian/contracts-analytics/descriptor')],
  });
  await host.waitFor('topics', () => kafka.ensureTopics(TOPICS.map((topic) => ({ topic, partitions: PARTITIONS }))));
  facts.startIngest();
  host.onReady('events', () => {
    const { state, reason } = subscription!.status();
    return state === 'consuming' ? undefined : `${state}: ${reason ?? ''}`;
  });
});
