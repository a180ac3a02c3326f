import { randomUUID } from 'node:crypto';
import { openAggregates, openCommitLog, openHistory, startRelay, type Relay } from '@youdian/commit-log';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { connect } from '@youdian/messaging';
import { openSealer } from '@youdian/personal-data';
import { connectMongo, eventHistoryService, implement, runService, serveGrpc } from '@youdian/service-host';
import { accountMethods } from './account/grpc.ts';
import { accounts as accountDefinition, lineHasAccounts } from './account/store.ts';
import { config } from './config.ts';
import { customerMethods } from './customer/grpc.ts';
import { customers as customerDefinition } from './customer/store.ts';
import { importMethods } from './import/grpc.ts';
import { networkMethods } from './network/grpc.ts';
import { networkNodes } from './network/store.ts';
import { createSealing } from './sealing.ts';

await runService('customer-profile', config, async (host) => {
  const { clock, log } = host;
  const db = await connectMongo(host, config.MONGODB_URI);
  const commits = await openCommitLog({ db, clock });
  const network = await openAggregates(commits, networkNodes);
  const customers = await openAggregates(commits, customerDefinition);
  const accounts = await openAggregates(commits, accountDefinition);
  const aggregates = [network, customers, accounts];
  const sealer = await openSealer({ db, masterKey: config.PERSONAL_DATA_KEY });
  const sealing = createSealing(sealer, config.PERSONAL_DATA_KEY);

  const profile = implement(CustomerProfileServiceService, {
    ...networkMethods(commits, network, (lineId) => lineHasAccounts(accounts, lineId)),
    ...customerMethods({ store: customers, sealing, clock }),
    ...accountMethods({ store: accounts, customers, network, sealing, clock }),
    ...importMethods({ accounts, customers, network, sealing, clock }),
  });
  // Commands are answered without Kafka; their events wait in the commits until it is there.
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log, clock });
  host.onStop('kafka', () => kafka.close());
  let relay: Relay | undefined = undefined;
  host.onStop('relay', () => relay?.close());
  host.onReady('relay', () => relay?.problem());
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [profile, eventHistoryService(openHistory(commits, aggregates))],
    descriptors: [import.meta.resolve('@youdian/contracts-customer/descriptor'), import.meta.resolve('@youdian/contracts-platform/descriptor')],
  });
  await host.waitFor('kafka', () => kafka.ensureTopics(aggregates.map(({ definition: { topic } }) => ({ topic }))));
  relay = startRelay(commits, { publisher: kafka.publisher({ source: networkNodes.source }), aggregates, owner: randomUUID() });
});
