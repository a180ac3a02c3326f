import './young.ts';
import { openCommitLog, openHistory, startRelay } from '@youdian/commit-log';
import { connect } from '@youdian/messaging';
import { connectMongo, eventHistoryService, runService, serveGrpc } from '@youdian/service-host';
import { connectDirectory } from './accounts/directory.ts';
import { forgetBatches, settleBatches } from './charges/batches.ts';
import { consumeCharges } from './charges/consumer.ts';
import { Senders } from './charges/senders.ts';
import { addressOf, config, deadlinesOf } from './config.ts';
import { keyLimits } from './ledger/key-run.ts';
import { openServices } from './services.ts';
import { settlementService } from './settlement/grpc.ts';
import { startClockwork } from './shards/clockwork.ts';
import { shardOfEvents } from './shards/definition.ts';
import type { LedgerShard } from './shards/ledger-shard.ts';
import { openShards } from './shards/open.ts';
import { forwarding } from './shards/peers.ts';
import { ALL_TOPICS, openStores } from './stores.ts';
import { settlePending } from './transfers/settle.ts';

/** Of many calls at once each would otherwise send its event by itself, and a request to Kafka costs as much as a call. */
const PUBLISH_LINGER_MS = 50;

await runService('prepaid-billing', config, async (host) => {
  const { log, clock } = host;
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log, clock });
  const topics = ALL_TOPICS.map((topic) => ({ topic }));
  const [db] = await Promise.all([
    connectMongo(host, config.MONGODB_URI),
    host.waitFor('kafka', () => kafka.ensureTopics(topics)),
  ]);
  host.onStop('kafka', () => kafka.close());

  const commits = await openCommitLog({ db, clock });
  const publisher = kafka.publisher({ source: '/youdian/prepaid-billing', limits: { lingerMs: PUBLISH_LINGER_MS } });
  const owner = config.INSTANCE;
  const stores = await openStores(commits);
  const aggregates = Object.values(stores);
  const shards = await openShards(commits, config.LEDGER_SHARDS, { publisher, owner, address: addressOf(config), keyLimits: keyLimits(config.LEDGER_RECENT_KEYS) });
  for (const shard of shards.all) host.onReady(shard.shard, () => shard.problem());
  host.onReady('shards', () => shards.sharing.problem());
  host.onStop('shards', () => shards.close());

  const relay = startRelay(commits, { publisher, aggregates, sources: shards.all.map((shard) => shard.progress), owner });
  host.onReady('relay', () => relay.problem());
  host.onStop('relay', () => relay.close());

  const directory = connectDirectory(config.CUSTOMER_PROFILE_GRPC, config.LOW_BALANCE_THRESHOLD_FEN);
  host.onStop('directory', () => directory.close());
  const settle = async (shard: LedgerShard) => {
    await settlePending(shards, directory, shard);
    await settleBatches(shards, shard);
    await forgetBatches(shards, shard);
  };
  host.onStop('clockwork', startClockwork(shards.clocked, settle, clock, log));
  const senders = new Senders(config.CHARGE_SENDERS);
  const charges = consumeCharges(kafka, shards, directory, senders);
  host.onReady('charges', () => (charges.status().state === 'waiting' ? `waiting: ${charges.status().reason}` : undefined));
  host.onStop('charges', () => charges.stop());

  const services = openServices({
    shards, stores, directory, network: directory.network, senders, deadlines: deadlinesOf(config), clock, log, ours: () => shards.clocked[0]!.owned(),
  });
  host.onStop('services', services.stop);
  const history = openHistory(commits, aggregates, shards.all.map((shard) => shard.history));
  const histories = forwarding(shards.peers, eventHistoryService(history), ({ topic, subject }) => (subject ? shardOfEvents(topic, subject, config.LEDGER_SHARDS) : undefined));
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [...services.services, settlementService(shards, shards.all.map((shard) => shard.history)), histories],
    descriptors: ['billing', 'platform'].map((domain) => import.meta.resolve(`@youdian/contracts-${domain}/descriptor`)),
  });
});
