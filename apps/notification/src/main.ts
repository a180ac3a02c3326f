import { randomUUID } from 'node:crypto';
import { openCommitLog, openHistory, startRelay } from '@youdian/commit-log';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { connect } from '@youdian/messaging';
import { openSealer } from '@youdian/personal-data';
import { connectMongo, connectService, eventHistoryService, readConfig, remoteHistory, runService, serveGrpc } from '@youdian/service-host';
import { config as shape } from './config.ts';
import { openFanOuts } from './fan-out/store.ts';
import { FanOutWorker } from './fan-out/worker.ts';
import { notificationService } from './message/grpc.ts';
import { ACTOR, anyHandedOver, MESSAGE_TOPIC, openMessages, queueAll, waitingMessages } from './message/store.ts';
import { SmppProvider } from './provider/smpp/smpp-provider.ts';
import { stillTrue } from './quiet-hours/still-true.ts';
import { BALANCE_TOPIC, effectsOf, MessageInbox, POSTING_TOPIC, ROUTE_TOPIC } from './rules/inbox.ts';
import { accountsOfLine, contactsOf } from './sender/contacts.ts';
import { Sender } from './sender/sender.ts';

const SOURCES = [BALANCE_TOPIC, POSTING_TOPIC, ROUTE_TOPIC];
const config = readConfig(shape);

await runService('notification', config, async (host) => {
  const { log, clock } = host;
  const db = await connectMongo(host, config.MONGODB_URI);
  const kafka = connect({ brokers: config.KAFKA_BROKERS, clientId: 'notification', log, clock });
  host.onStop('kafka', () => kafka.close());
  const topics = [MESSAGE_TOPIC, ...SOURCES];
  await host.waitFor('kafka', () => kafka.ensureTopics(topics.map((topic) => ({ topic }))));

  const commits = await openCommitLog({ db, clock });
  const messages = await openMessages(commits);
  const sealer = await openSealer({ db, masterKey: Buffer.from(config.PERSONAL_DATA_KEY, 'base64') });
  const publisher = kafka.publisher({ source: messages.definition.source });
  const relay = startRelay(commits, { publisher, aggregates: [messages], owner: randomUUID() });
  host.onReady('relay', () => relay.problem());
  host.onStop('relay', () => relay.close());

  const fanOutStore = await openFanOuts(db);
  const ledger = connectService(PrepaidBillingServiceService, config.PREPAID_BILLING_GRPC);
  const customers = connectService(CustomerProfileServiceService, config.CUSTOMER_PROFILE_GRPC);
  const provider: SmppProvider = new SmppProvider({
    address: config.SMSC_ADDRESS,
    systemId: config.SMSC_SYSTEM_ID,
    password: config.SMSC_PASSWORD,
    sender: config.SMS_SENDER,
    log,
    onReceipt: (receipt) => sender.receipt(receipt),
  });
  const quiet = config.QUIET_HOURS;
  const sender = new Sender({
    messages, provider, sealer, clock, log, quiet, contactOf: contactsOf(customers), retryAfterMs: config.SMS_RETRY_AFTER_MS,
    stillTrue: stillTrue({
      balanceOf: (accountNo) => ledger.getBalance({ accountNo }, { actor: ACTOR }),
      noticesOf: fanOutStore.noticesOf,
      wasTold: (messageIds) => anyHandedOver(messages, messageIds),
    }),
  });
  host.onReady('smsc', () => provider.trouble());
  host.onStop('smsc', () => provider.close());
  host.onStop('sender', () => sender.stop());

  const fanOuts = new FanOutWorker({
    store: fanOutStore, accountsOfLine: accountsOfLine(customers), waiting: (...asked) => waitingMessages(messages, ...asked), clock, log,
    queue: async (requests) => {
      await queueAll(messages, requests, quiet);
      sender.queued(requests.map(({ messageId }) => messageId), 'many');
    },
  });
  host.onReady('fan-out', () => fanOuts.problem());
  host.onStop('fan-out', () => fanOuts.stop());

  const store = new MessageInbox(db, messages, quiet, { queued: (messageIds) => sender.queued(messageIds, 'one'), fannedOut: () => fanOuts.wake() });
  const history = remoteHistory(config.PREPAID_BILLING_GRPC, ACTOR);
  const inbox = kafka.subscribe({ group: 'notification', topics: SOURCES, store, handle: effectsOf, history });
  host.onReady('inbox', () => inbox.status().reason);
  host.onStop('inbox', () => inbox.stop());

  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [notificationService(messages, sealer), eventHistoryService(openHistory(commits, [messages]))],
    descriptors: ['notification', 'platform'].map((domain) => import.meta.resolve(`@youdian/contracts-${domain}/descriptor`)),
  });
});
