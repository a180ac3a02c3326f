import { randomUUID } from 'node:crypto';
import { openAggregates, openCommitLog, openHistory, startRelay, type Relay } from '@youdian/commit-log';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { OutageServiceService } from '@youdian/contracts-desk/outages';
import { ServiceDeskServiceService } from '@youdian/contracts-desk/service_desk';
import { connect } from '@youdian/messaging';
import { openSealer } from '@youdian/personal-data';
import { connectMongo, connectService, eventHistoryService, implement, runService, serveGrpc } from '@youdian/service-host';
import { caseMethods } from './case/grpc.ts';
import { Places } from './case/places.ts';
import { caseDefinition } from './case/store.ts';
import { classificationMethods } from './classification/grpc.ts';
import { config } from './config.ts';
import { importCasesMethod, importOutagesMethod } from './import/grpc.ts';
import { outageMethods } from './outage/grpc.ts';
import { outageDefinition } from './outage/store.ts';
import { createSealing } from './sealing.ts';

await runService('service-desk', config, async (host) => {
  const { clock, log } = host;
  const db = await connectMongo(host, config.MONGODB_URI);
  const commits = await openCommitLog({ db, clock });
  const cases = await openAggregates(commits, caseDefinition);
  const outages = await openAggregates(commits, outageDefinition);
  const sealing = createSealing(await openSealer({ db, masterKey: config.PERSONAL_DATA_KEY }), config.PERSONAL_DATA_KEY);
  const customerProfile = connectService(CustomerProfileServiceService, config.CUSTOMER_PROFILE_GRPC);
  host.onStop('customer-profile', () => customerProfile.close());
  const places = new Places(customerProfile, clock);

  const desk = implement(ServiceDeskServiceService, {
    ...caseMethods({ cases, places, sealing }),
    ...classificationMethods,
    ...importCasesMethod(cases, { places, sealing, clock }),
  });
  const outageDesk = implement(OutageServiceService, {
    ...outageMethods({ outages, cases, places, sealing }),
    ...importOutagesMethod(outages, { places, sealing, clock }),
  });
  // Commands are answered without Kafka; their events wait in the commits until it is there.
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: host.name, log, clock });
  host.onStop('kafka', () => kafka.close());
  let relay: Relay | undefined = undefined;
  host.onStop('relay', () => relay?.close());
  host.onReady('relay', () => relay?.problem());
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [desk, outageDesk, eventHistoryService(openHistory(commits, [cases, outages]))],
    descriptors: [import.meta.resolve('@youdian/contracts-desk/descriptor'), import.meta.resolve('@youdian/contracts-platform/descriptor')],
  });
  await host.waitFor('kafka', () => kafka.ensureTopics([caseDefinition, outageDefinition].map(({ topic }) => ({ topic }))));
  relay = startRelay(commits, { publisher: kafka.publisher({ source: caseDefinition.source }), aggregates: [cases, outages], owner: randomUUID() });
});
