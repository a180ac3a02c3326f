import { openCommitLog, openHistory, startRelay } from '@youdian/commit-log';
import { connect } from '@youdian/messaging';
import { connectMongo, eventHistoryService, runService, serveGrpc, type Implementation } from '@youdian/service-host';
import { connectDirectory } from './accounts/directory.ts';
import { BANK_TOPIC, openBankLineStore } from './bank-lines/store.ts';
import { forgetBatches, settleBatches } from './charges/batches.ts';
import { CHARGES_TOPIC, consumeCharges } from './charges/consumer.ts';
import { chargeIntakeService } from './charges/grpc.ts';
import { Senders } from './charges/senders.ts';
import { addressOf, config, deadlinesOf } from './config.ts';
import { openDayClose } from './day-close/open.ts';
import { prepaidBillingService } from './grpc.ts';
import { invoiceService } from './invoices/grpc.ts';
import { INVOICE_BLOCK_TOPIC, openSeriesStore } from './invoices/store.ts';
import { postingStreamService } from './post-many/post-many.ts';
import { KEEPER_TOPIC, openKeeperStore, requireKeeper } from './keepers/store.ts';
import { TOPICS } from './ledger/events.ts';
import { startClockwork } from './shards/clockwork.ts';
import type { LedgerShard } from './shards/ledger-shard.ts';
import { shardOfEvents } from './shards/definition.ts';
import { openShards } from './shards/open.ts';
import { forwarding, ledgerShardService } from './shards/peers.ts';
import { settlementService } from './settlement/grpc.ts';
import { rovingRouteService } from './routes/grpc.ts';
import { openRouteStore, ROUTE_TOPIC } from './routes/store.ts';
import { DEVICE_TOPIC } from './roving/devices/store.ts';
import { openRoving, openRovingStores } from './roving/open.ts';
import { DEVICE_RECORD_TOPIC } from './roving/records/store.ts';
import { openShiftStore, SHIFT_TOPIC } from './shifts/store.ts';
import { settlePending } from './transfers/settle.ts';

await runService('prepaid-billing', config, async (host) => {
  const { log, clock } = host;
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log, clock });
  const topics = [...TOPICS, SHIFT_TOPIC, BANK_TOPIC, KEEPER_TOPIC, INVOICE_BLOCK_TOPIC, ROUTE_TOPIC, DEVICE_TOPIC, DEVICE_RECORD_TOPIC, CHARGES_TOPIC].map((topic) => ({ topic }));
  const [db] = await Promise.all([
    connectMongo(host, config.MONGODB_URI),
    host.waitFor('kafka', () => kafka.ensureTopics(topics)),
  ]);
  host.onStop('kafka', () => kafka.close());

  const commits = await openCommitLog({ db, clock });
  const publisher = kafka.publisher({ source: '/youdian/prepaid-billing' });
  const owner = config.INSTANCE;
  const shifts = await openShiftStore(commits);
  const bank = await openBankLineStore(commits);
  const keepers = await openKeeperStore(commits);
  const series = await openSeriesStore(commits);
  const routes = await openRouteStore(commits);
  const { devices, records } = await openRovingStores(commits);
  const aggregates = [shifts, bank, keepers, series, routes, devices, records];
  const shards = await openShards(commits, config.LEDGER_SHARDS, { publisher, owner, address: addressOf(config) });
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
  const ours = () => shards.clocked[0]!.owned();
  const dayClose = openDayClose({ store: shifts, bank, series, shards, directory, keepers, deadlines: deadlinesOf(config), clock, log, ours });
  host.onStop('day close', dayClose.stop);
  const roving = openRoving({ shards, directory, series, devices, records, shifts }, { clock, log, ours });
  host.onStop('roving', roving.stop);
  const senders = new Senders(config.CHARGE_SENDERS);
  const charges = consumeCharges(kafka, shards, directory, senders);
  host.onReady('charges', () => (charges.status().state === 'waiting' ? `waiting: ${charges.status().reason}` : undefined));
  host.onStop('charges', () => charges.stop());

  const history = openHistory(commits, aggregates, shards.all.map((shard) => shard.history));
  const forwarded = (service: Implementation) => forwarding(shards.peers, service, ({ accountNo }) => accountNo && shards.numberOf(accountNo));
  const commands = forwarded(prepaidBillingService(shards, directory, { shifts, series }, senders, requireKeeper(keepers, clock), clock));
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [
      commands, postingStreamService(commands, log), ledgerShardService(shards.here), chargeIntakeService(shards, directory, senders), ...dayClose.services,
      forwarded(invoiceService({ shards, directory, series })), rovingRouteService({ routes, series, directory, network: directory.network }, clock), roving.service, settlementService(shards, shards.all.map((shard) => shard.history)),
      forwarding(shards.peers, eventHistoryService(history), ({ topic, subject }) => subject && shardOfEvents(topic, subject, config.LEDGER_SHARDS)),
    ],
    descriptors: ['billing', 'platform'].map((domain) => import.meta.resolve(`@youdian/contracts-${domain}/descriptor`)),
  });
});
