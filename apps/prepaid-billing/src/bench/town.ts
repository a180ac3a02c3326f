/**
 * A town's night: every account is charged once, by Kafka; and how soon the service answers again with a long history. The
 * service is a process of its own, Kafka and the database are others; the sender of the charges and who counts the events
 * are this one.
 */
import { randomUUID } from 'node:crypto';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { connect, headerText } from '@youdian/messaging';
import { connectService } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import { eventually, startInfrastructure, startService, type Infrastructure, type RunningService } from '@youdian/testing';
import { CHARGES_TOPIC } from '../charges/consumer.ts';
import { BALANCE_TOPIC, POSTING_TOPIC } from '../ledger/events.ts';
import { accountNo, fund, openHere } from './ledger-here.ts';
import { bar, count, cpuOf, micros, ms, peakMiB, perSecond, say, seconds, type Sizes } from './report.ts';

const BARS = { nightMs: 60_000, nightMiB: 1_536, restartMs: 15_000 };
/** One account in so many falls below its threshold. */
const CROSSES = 50;
const CHARGE_FEN = 8_640n;
const FUND_FEN = 1_000_000n;
const FUND_CROSSING_FEN = 10_000n;
const SENT_AT_ONCE = 5_000;
const ENTRIES_EACH = 2;
const NIGHT_LIMIT_MS = 600_000;
/** The ledger is opened here under the name that the service has: it takes its shards without waiting for leases. */
const INSTANCE = 'bench';

export async function measureTown(sizes: Sizes): Promise<void> {
  const infra = await startInfrastructure();
  const uri = infra.mongoUri('town');
  const { townAccounts: accounts, parts } = sizes;
  const began = performance.now();
  const ledger = await openHere(uri);
  await fund(ledger, accounts, (i) => (i % CROSSES === 0 ? FUND_CROSSING_FEN : FUND_FEN));
  await ledger.close();
  say(`a town of ${count(accounts)} accounts, each with a top-up, in ${seconds(performance.now() - began)}`);
  if (parts.has('night')) await night(infra, uri, accounts);
  if (parts.has('restart')) await restart(infra, uri, sizes);
  await infra.stop();
}

function serve(infra: Infrastructure, uri: string): Promise<RunningService> {
  return startService('prepaid-billing', { KAFKA_BROKERS: infra.brokers, MONGODB_URI: uri, CUSTOMER_PROFILE_GRPC: '127.0.0.1:1', INSTANCE });
}

async function night(infra: Infrastructure, uri: string, accounts: number): Promise<void> {
  const service = await serve(infra, uri);
  const kafka = connect({ brokers: [infra.brokers], clientId: 'billing-bench', log: createLogger('billing-bench', 'error') });
  const seen = { ChargePosted: 0, BalanceLow: 0 };
  const listener = kafka.run({
    group: `billing-bench-${randomUUID()}`,
    topics: [POSTING_TOPIC, BALANCE_TOPIC],
    onBatch: async ({ records }) => {
      for (const { headers } of records) {
        const type = headerText(headers?.['ce_type'])?.replace('youdian.billing.v1.', '');
        if (type === 'ChargePosted' || type === 'BalanceLow') seen[type] += 1;
      }
    },
  });
  await listener.ready;
  const pid = service.child.pid!;
  const cpu = cpuOf(pid);
  const began = performance.now();
  const sender = kafka.publisher({ source: '/billing-center' });
  for (let from = 0; from < accounts; from += SENT_AT_ONCE) {
    await sender.records(CHARGES_TOPIC, Array.from({ length: Math.min(SENT_AT_ONCE, accounts - from) }, (_, i) => charge(from + i)));
  }
  const sentMs = performance.now() - began;
  const low = Math.ceil(accounts / CROSSES);
  await eventually('the last event', () => seen.ChargePosted >= accounts && seen.BalanceLow >= low, NIGHT_LIMIT_MS);
  const tookMs = performance.now() - began;
  say(`night settlement of ${count(accounts)} accounts, ${count(low)} of them low afterwards; sent within ${seconds(sentMs)}, ${micros(cpuOf(pid) - cpu, accounts)} CPU a charge:`);
  bar(`  ${seconds(tookMs)} from the first charge to the last event (bar ${seconds(BARS.nightMs)}), ${count(perSecond(accounts, tookMs))} a second`, tookMs <= BARS.nightMs);
  const mib = peakMiB(pid);
  bar(`  at most ${count(mib)} MiB (bar ${count(BARS.nightMiB)})`, mib <= BARS.nightMiB);
  await service.stop();
  await kafka.close();
}

function charge(i: number) {
  const chargeId = `N${i}`;
  const value = { chargeId, accountNo: accountNo(i), amountFen: CHARGE_FEN.toString(), period: '2026-02', dueOn: '2099-12-31' };
  return {
    key: value.accountNo, value: Buffer.from(JSON.stringify(value)),
    headers: { ce_specversion: '1.0', ce_id: chargeId, ce_source: '/billing-center', ce_type: 'youdian.billing.v1.Charge', ce_time: '2026-03-01T00:00:00Z', 'content-type': 'application/json' },
  };
}

/** As after a power cut: nobody closes the shards, and what was in memory is gone. */
async function restart(infra: Infrastructure, uri: string, { townAccounts, townEntries, parts }: Sizes): Promise<void> {
  const there = townAccounts * ENTRIES_EACH * (parts.has('night') ? 2 : 1);
  const ledger = await openHere(uri, INSTANCE);
  ledger.longestPauseMs();
  const began = performance.now();
  let entries = there;
  for (let round = 0; entries < townEntries; round++) {
    const accounts = Math.min(townAccounts, Math.ceil((townEntries - entries) / ENTRIES_EACH));
    await fund(ledger, accounts, () => FUND_FEN, `round ${round}`);
    entries += accounts * ENTRIES_EACH;
  }
  say(`${count(entries)} entries, the last ${count(entries - there)} in ${seconds(performance.now() - began)}; meanwhile snapshots are made, and the writers' event loop stands still for ${ms(ledger.longestPauseMs())} at most`);
  await ledger.abandon();
  const service = await serve(infra, uri);
  const calls = connectService(PrepaidBillingServiceService, service.grpc);
  const asked = performance.now();
  await calls.getBalance({ accountNo: accountNo(7) }, { actor: 'cashier:C01' });
  const tookMs = service.startMs + performance.now() - asked;
  const cpuMs = cpuOf(service.child.pid!) / 1_000;
  bar(`restart with ${count(townAccounts)} accounts and ${count(entries)} entries: first answer after ${seconds(tookMs)} (bar ${seconds(BARS.restartMs)}), ${seconds(cpuMs)} of CPU, ${count(peakMiB(service.child.pid!))} MiB`, tookMs <= BARS.restartMs);
  const page = performance.now();
  const { entries: lines } = await calls.getStatement({ accountNo: accountNo(7), pageSize: 50, pageToken: '', from: '', to: '' }, { actor: 'cashier:C01' });
  say(`  a statement of ${lines.length} lines: ${ms(performance.now() - page)}`);
  calls.close();
  await service.stop();
}
