/** The real service in a process of its own, on real Kafka and MongoDB; only customer-profile is played. */
import { randomUUID } from 'node:crypto';
import { Account, CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { KeeperServiceService } from '@youdian/contracts-billing/keepers';
import { DayCloseServiceService } from '@youdian/contracts-billing/close';
import { PrepaidBillingServiceService, type StatementEntry } from '@youdian/contracts-billing/prepaid_billing';
import { ChargeIntakeServiceService } from '@youdian/contracts-billing/charge_intake';
import { PostingStreamServiceService } from '@youdian/contracts-billing/post_many';
import { InvoiceServiceService } from '@youdian/contracts-billing/invoices';
import { RovingRouteServiceService } from '@youdian/contracts-billing/roving_routes';
import { RovingServiceService } from '@youdian/contracts-billing/roving';
import { ShiftServiceService } from '@youdian/contracts-billing/shifts';
import { EventHistoryServiceService } from '@youdian/contracts-platform/event_history';
import { connect, decodeRecord, Malformed, Progress, type ReceivedEvent } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { connectService, implement, query, serveGrpc, type Calls, type Host } from '@youdian/service-host';
import { createLogger, systemClock } from '@youdian/telemetry';
import { freePorts, startInfrastructure, startService, type RunningService } from '@youdian/testing';
import { CHARGES_TOPIC } from './charges/consumer.ts';
import { INVOICE_BLOCK_TOPIC } from './invoices/store.ts';
import { TOPICS } from './ledger/events.ts';
import { KEEPER_TOPIC } from './keepers/store.ts';
import { BANK_TOPIC } from './bank-lines/store.ts';
import { ROUTE_TOPIC } from './routes/store.ts';
import { DEVICE_TOPIC } from './roving/devices/store.ts';
import { DEVICE_RECORD_TOPIC } from './roving/records/store.ts';
import { SHIFT_TOPIC } from './shifts/store.ts';

/** Of every charge that is sent. */
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const CASHIER = 'cashier:C01';
const WAIT_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 25;
const log = createLogger('billing-test', 'error');

export interface ManifestJson {
  batchId: string;
  count: number;
  sumFen: string;
}

export interface ChargeJson {
  chargeId: string;
  accountNo: string;
  amountFen: string;
  period: string;
  dueOn: string;
  batchId?: string;
  line?: number;
}

/** `listening`: takes down every event that comes out, in this process. */
export async function startBilling(settings: Readonly<Record<string, string>> = {}, { listening = true } = {}) {
  const infra = await startInfrastructure();
  const profile = await playCustomerProfile();
  const kafka = connect({ brokers: [infra.brokers], clientId: 'billing-test', log });
  const [port] = await freePorts(1);
  const grpc = `127.0.0.1:${port}`;
  const env = {
    KAFKA_BROKERS: infra.brokers, MONGODB_URI: infra.mongoUri('prepaid_billing'), CUSTOMER_PROFILE_GRPC: profile.address,
    GRPC_LISTEN: grpc, LOG_LEVEL: 'info', ...settings,
  };
  let service: RunningService = await startService('prepaid-billing', env);
  const calls: Calls<typeof PrepaidBillingServiceService> = connectService(PrepaidBillingServiceService, grpc);
  const many = connectService(PostingStreamServiceService, grpc);
  const intake = connectService(ChargeIntakeServiceService, grpc);
  const shifts = connectService(ShiftServiceService, grpc);
  const keepers = connectService(KeeperServiceService, grpc);
  const dayClose = connectService(DayCloseServiceService, grpc);
  const invoices = connectService(InvoiceServiceService, grpc);
  const routes = connectService(RovingRouteServiceService, grpc);
  const roving = connectService(RovingServiceService, grpc);
  const history = connectService(EventHistoryServiceService, grpc);
  const sender = kafka.publisher({ source: '/billing-center' });
  const events: ReceivedEvent[] = [];
  const malformed: Malformed[] = [];
  const progress = new Map<string, Date>();
  const topics = [...TOPICS, SHIFT_TOPIC, BANK_TOPIC, KEEPER_TOPIC, INVOICE_BLOCK_TOPIC, ROUTE_TOPIC, DEVICE_TOPIC, DEVICE_RECORD_TOPIC];
  const listen = () => kafka.run({
    group: `billing-test-${randomUUID()}`,
    topics,
    onBatch: async ({ topic, partition, records }) => {
      for (const record of records) {
        const event = decodeRecord(topic, partition, record);
        if (event instanceof Progress) progress.set(`${topic}/${partition}`, event.through);
        else if (event instanceof Malformed) malformed.push(event);
        else events.push(event);
      }
    },
  });
  if (listening) await listen().ready;

  const billing = {
    infra, env, profile, kafka, calls, intake, many, shifts, dayClose, invoices, keepers, routes, roving, history, events, malformed, progress, topics,
    get service() {
      return service;
    },
    /** Starts it again, by default as before. */
    async start(more: Readonly<Record<string, string>> = {}) {
      service = await startService('prepaid-billing', { ...env, ...more });
      return service;
    },
    /** Another process of the same service, with a name and an address of its own. */
    async beside(instance: string) {
      const [free] = await freePorts(1);
      const own = { ...env, INSTANCE: instance, GRPC_LISTEN: `127.0.0.1:${free}` };
      const there: Calls<typeof PrepaidBillingServiceService> = connectService(PrepaidBillingServiceService, own.GRPC_LISTEN);
      return { calls: there, many: connectService(PostingStreamServiceService, own.GRPC_LISTEN), start: () => startService('prepaid-billing', own) };
    },
    topUp: (accountNo: string, amountFen: bigint, idempotencyKey: string = randomUUID(), actor = CASHIER, by = calls) =>
      by.topUp({ accountNo, amountFen, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined }, { actor, idempotencyKey }),
    balance: (accountNo: string) => calls.getBalance({ accountNo }, { actor: CASHIER }),
    async statement(accountNo: string, pageSize = 200): Promise<StatementEntry[]> {
      const all: StatementEntry[] = [];
      for (let pageToken = ''; ; ) {
        const page = await calls.getStatement({ accountNo, pageSize, pageToken, from: '', to: '' }, { actor: CASHIER });
        all.push(...page.entries);
        if (!(pageToken = page.nextPageToken)) return all;
      }
    },
    /** As the billing center sends them; texts go as they are. */
    charge: (...charges: (ChargeJson | string)[]) => billing.chargeAs('/billing-center', ...charges),
    chargeAs: (source: string, ...charges: (ChargeJson | string)[]): Promise<void> =>
      sender.records(
        CHARGES_TOPIC,
        charges.map((charge) => ({
          key: typeof charge === 'string' ? '0000000001' : charge.accountNo,
          value: Buffer.from(typeof charge === 'string' ? charge : JSON.stringify(charge)),
          headers: {
            ce_specversion: '1.0', ce_id: randomUUID(), ce_source: source, ce_type: 'youdian.billing.v1.Charge', ce_time: new Date().toISOString(),
            'content-type': 'application/json', traceparent: TRACEPARENT,
          },
        })),
      ),
    declare: (manifest: ManifestJson) =>
      sender.records(CHARGES_TOPIC, [{
        key: manifest.batchId, value: Buffer.from(JSON.stringify(manifest)),
        headers: { ce_specversion: '1.0', ce_id: randomUUID(), ce_source: '/billing-center', ce_type: 'youdian.billing.v1.ChargeBatchManifest', ce_time: new Date().toISOString(), 'content-type': 'application/json' },
      }]),
    eventsOf: (topic: string, subject: string) => events.filter((event) => event.topic === topic && event.subject === subject),
    async stop() {
      await service.stop();
      calls.close();
      intake.close();
      many.close();
      shifts.close();
      dayClose.close();
      keepers.close();
      invoices.close();
      routes.close();
      roving.close();
      history.close();
      await kafka.close();
      await profile.stop();
      await infra.stop();
    },
  };
  return billing;
}

export type Billing = Awaited<ReturnType<typeof startBilling>>;

/** Waits until it is so; fails with what it saw last. */
export async function eventually(what: string, look: () => Promise<boolean> | boolean, limitMs = WAIT_LIMIT_MS): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await look())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Accounts that begin with 9 do not exist; the others hang on line L1 of R1. */
async function playCustomerProfile() {
  const stops: (() => unknown)[] = [];
  const host: Host = { name: 'customer-profile', log, clock: systemClock, onStop: (_, stop) => stops.push(stop), onReady: () => {}, waitFor: (_, attempt) => attempt() };
  const profile = { address: '', away: false, stop: async () => void (await Promise.all(stops.map((stop) => stop()))) };
  const absent = Object.keys(CustomerProfileServiceService).map((name) => [name, query(['service'], () => Promise.reject(new Error('not played')))]);
  profile.address = await serveGrpc(host, {
    listen: '127.0.0.1:0',
    descriptors: [],
    services: [
      implement(CustomerProfileServiceService, {
        ...Object.fromEntries(absent),
        batchGetAccounts: query(['service'], async ({ accountNos }: { accountNos: string[] }) => {
          if (profile.away) throw new Rejected({ kind: 'unavailable', code: 'SERVICE_UNAVAILABLE', zh: '稍后再试', en: 'Try again later.' });
          return { accounts: accountNos.filter((no) => !no.startsWith('9')).map((accountNo) => Account.fromPartial({ accountNo, regionId: 'R1', lineId: 'L1' })) };
        }),
        listNetwork: query(['service'], async () => ({ regions: [{ regionId: 'R1', name: '城东' }], lines: ['L1', 'L2'].map((lineId) => ({ lineId, regionId: 'R1', name: lineId })) })),
      } as never),
    ],
  });
  return profile;
}
