import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { shanghaiDay, shanghaiInstant, shanghaiWall } from '@youdian/calendar';
import { BalanceLow, TopUpPosted } from '@youdian/contracts-billing/events';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { RovingRouteCancelled, RovingRouteChanged, RovingRoutePublished, type RovingStop } from '@youdian/contracts-billing/roving_route_events';
import { NotificationServiceService } from '@youdian/contracts-notification/notification';
import { connect, type Event, type Kafka, type KafkaPublisher } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { connectService, implement, query, serveGrpc, type Host, type Implementation } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import { collectEvents, eventually, startInfrastructure, startService, startSmsc, storedBytes, type Infrastructure, type RunningService, type Smsc } from '@youdian/testing';

/** Real Kafka, MongoDB, SMPP and the real service; only the customer profile and the ledger are played by this file. */
const PHONE = '13912345678';
const ADMIN = { actor: 'admin:test' };
const log = createLogger('test', 'error');
const stops: (() => unknown)[] = [];
let infrastructure: Infrastructure;
let smsc: Smsc;
let service: RunningService;
let kafka: Kafka;
let publisher: KafkaPublisher;
let env: Record<string, string>;

const host: Host = {
  name: 'customer-profile', log, clock: () => new Date(),
  onStop: (_, stop) => stops.push(stop), onReady: () => {}, waitFor: (_, attempt) => attempt(),
};

/** On each line, in pages of 10. */
const ACCOUNTS_OF_LINE = 25;
const accountOn = (lineId: string, n: number) => `${lineId.slice(1)}${String(n).padStart(9 - lineId.length + 2, '0')}`;

const unused = (service: object): any => Object.fromEntries(Object.keys(service).map((name) => [name, query(['service'], async () => Promise.reject(new Error('not asked for')))]));

/** Whoever is in here has paid since. */
const paid = new Set<string>();
function ledger(): Implementation {
  return implement(PrepaidBillingServiceService, {
    ...unused(PrepaidBillingServiceService),
    getBalance: query(['service'], async ({ accountNo }: { accountNo: string }) => {
      const now = paid.has(accountNo) ? { balanceFen: 9_000n, low: false, level: 'BALANCE_LEVEL_UNSPECIFIED' as const } : { balanceFen: 1_100n, low: true, level: 'BALANCE_LEVEL_LOW' as const };
      return { accountNo, receivableFen: 0n, thresholdFen: 3_000n, daysLeft: undefined, dailyUseFen: 0n, closed: false, episode: 1n, ...now };
    }),
  });
}

/** Account 0000000404 does not exist. */
function contacts(): Implementation {
  return implement(CustomerProfileServiceService, {
    ...unused(CustomerProfileServiceService),
    getContact: query(['service'], async ({ accountNo }: { accountNo: string }) => {
      if (accountNo === '0000000404') throw new Rejected({ kind: 'unknown', code: 'ACCOUNT_UNKNOWN', zh: '没有', en: 'none' });
      return { customerId: `customer-${accountNo}`, name: '王小明', phone: accountNo === '0000000005' ? '13900000000' : PHONE, language: accountNo === '0000000002' ? 'en' : 'zh' };
    }),
    listAccountsOfLine: query(['service'], async ({ lineId, pageToken }: { lineId: string; pageToken: string }) => {
      const from = Number(pageToken || 0);
      const to = Math.min(from + 10, ACCOUNTS_OF_LINE);
      return { accountNos: Array.from({ length: to - from }, (_, i) => accountOn(lineId, from + i)), nextPageToken: to < ACCOUNTS_OF_LINE ? String(to) : '' };
    }),
  });
}

const sequences = new Map<string, bigint>();
function event(type: string, topic: string, subject: string, payload: unknown): Event {
  const sequence = (sequences.get(topic + subject) ?? 0n) + 1n;
  sequences.set(topic + subject, sequence);
  return { topic, id: `ledger-0:${topic}:${subject}:${sequence}`, source: '/youdian/prepaid-billing', type: `youdian.billing.v1.${type}`, subject, sequence, time: new Date(), data: Buffer.from(JSON.stringify(payload)) };
}
const low = (accountNo: string) =>
  event('BalanceLow', 'prepaid-billing.balance.v1', accountNo, BalanceLow.toJSON(BalanceLow.fromPartial({ accountNo, balanceFen: 1_200n, thresholdFen: 3_000n, episode: 1n, postedAt: new Date() })));
const topUp = (accountNo: string, takenAt: Date) =>
  event('TopUpPosted', 'prepaid-billing.posting.v1', accountNo, TopUpPosted.toJSON(TopUpPosted.fromPartial({ accountNo, amountFen: 5_000n, balanceFen: 6_200n, invoiceNo: '01-00000001', postedAt: new Date(), takenAt })));

async function messagesOf(accountNo: string) {
  const client = connectService(NotificationServiceService, service.grpc);
  try {
    return (await client.listMessages({ accountNo, status: 'MESSAGE_STATUS_UNSPECIFIED', pageSize: 0, pageToken: '' }, ADMIN)).messages;
  } finally {
    client.close();
  }
}
const untilStatus = (accountNo: string, status: string) =>
  eventually(`the message of ${accountNo} is ${status}`, async () => {
    const [message, second] = await messagesOf(accountNo).catch(() => []);
    assert.equal(second, undefined);
    return message?.status === `MESSAGE_STATUS_${status}` ? message : undefined;
  });
const smsTo = async (word: string) => (await smsc.messages()).filter(({ text }) => text.includes(word));

before(async () => {
  [infrastructure, smsc] = await Promise.all([startInfrastructure(), startSmsc()]);
  const played = (service: Implementation, domain: string) => serveGrpc(host, { listen: '127.0.0.1:0', services: [service], descriptors: [import.meta.resolve(`@youdian/contracts-${domain}/descriptor`)] });
  const [profile, billing] = await Promise.all([played(contacts(), 'customer'), played(ledger(), 'billing')]);
  env = {
    KAFKA_BROKERS: infrastructure.brokers,
    MONGODB_URI: infrastructure.mongoUri('notification'),
    CUSTOMER_PROFILE_GRPC: profile,
    PREPAID_BILLING_GRPC: billing,
    SMSC_ADDRESS: smsc.address,
    SMS_RETRY_AFTER_MS: '1000',
    QUIET_HOURS: '00:00-00:00',
    PERSONAL_DATA_KEY: randomBytes(32).toString('base64'),
  };
  service = await startService('notification', env);
  kafka = connect({ brokers: infrastructure.brokers.split(','), clientId: 'test', log });
  publisher = kafka.publisher({ source: '/youdian/prepaid-billing' });
});
after(async () => {
  await service?.stop();
  await kafka?.close();
  for (const stop of stops) await stop();
  await Promise.all([smsc?.stop(), infrastructure?.stop()]);
});

test('a low balance becomes one SMS in the customer’s language, with its receipt, however often the event comes', async () => {
  const [zh, en] = [low('0000000001'), low('0000000002')];
  await publisher.publish([zh, en]);
  await publisher.publish([zh, zh, en]);
  const message = await untilStatus('0000000001', 'DELIVERED');
  await untilStatus('0000000002', 'DELIVERED');
  assert.equal(message.recipient, PHONE);
  assert.equal(message.causeEventId, zh.id);
  assert.match(message.text, /余额12\.00元/);
  assert.equal((await smsTo('0000000001')).length, 1);
  assert.match((await smsTo('0000000002'))[0]!.text, /balance CNY 12\.00/);
});

test('money that arrived now is confirmed; imported history is not', async () => {
  await publisher.publish([topUp('0000000003', new Date('2026-01-05T00:00:00Z')), topUp('0000000003', new Date())]);
  await untilStatus('0000000003', 'DELIVERED');
  assert.equal((await smsTo('0000000003')).length, 1);
});

test('a message that cannot arrive has failed, with the reason', async () => {
  await publisher.publish([low('0000000404'), low('0000000005')]);
  assert.equal((await untilStatus('0000000404', 'FAILED')).failure, 'NO_CONTACT');
  assert.equal((await untilStatus('0000000005', 'FAILED')).failure, 'UNDELIVERED');
});

test('phones and texts are in no event, no log and nowhere in the clear in the store', async () => {
  const collected = await collectEvents(infrastructure.brokers, ['notification.message.v1']);
  await collected.count(15);
  await collected.stop();
  collected.assertGapless();
  const seen = collected.events.map((published) => JSON.stringify({ ...published, sequence: 0, offset: 0 }) + Buffer.from(published.data).toString()).join() + service.output();
  const stored = (await storedBytes(env['MONGODB_URI']!)).toString('latin1');
  for (const where of [seen, stored]) {
    assert.ok(!where.includes(PHONE));
    assert.ok(!where.includes('王小明'));
  }
});

test('while the SMSC is away messages wait, readiness says so, and nothing is lost', async () => {
  await smsc.kill();
  await publisher.publish([low('0000000006')]);
  await eventually('readiness says that the SMSC is away', async () => {
    const answer = await fetch(`http://${service.admin}/readyz`);
    return answer.status === 503 && /SMSC/.test(await answer.text());
  });
  assert.equal((await untilStatus('0000000006', 'QUEUED')).attempts, 0);
  await smsc.start();
  await untilStatus('0000000006', 'DELIVERED');
});

for (const point of ['commit.after', 'notification.attempted-not-submitted', 'notification.submitted-not-recorded', 'inbox.effects-not-positions', 'relay.published-not-marked']) {
  test(`killed with -9 at ${point}, the message still goes out exactly once`, async () => {
    const accountNo = `1${String(point.length).padStart(9, '0')}`;
    await service.stop();
    const doomed = await startService('notification', { ...env, YOUDIAN_KILL_AT: `${point}:1` });
    await publisher.publish([low(accountNo)]);
    await doomed.ended;
    service = await startService('notification', env);
    await untilStatus(accountNo, 'DELIVERED');
    assert.equal((await smsTo(accountNo)).length, 1);
  });
}

const DAY = shanghaiDay(new Date(Date.now() + 2 * 86_400_000));
const stopOn = (lineId: string, version = 1, from = '09:00'): RovingStop => ({ stopId: '1', version, village: '王家村', place: '村委会', from, to: '10:30', lineIds: [lineId], regionIds: ['R1'] });
const ofRoute = (lineId: string) => ({ routeId: `T${lineId}.${DAY}.1`, day: DAY, teamId: `T${lineId}` });
const routeEvent = (type: string, lineId: string, payload: unknown) => event(type, 'prepaid-billing.roving-route.v1', ofRoute(lineId).routeId, payload);
const routePublished = (lineId: string) => routeEvent('RovingRoutePublished', lineId, RovingRoutePublished.toJSON(RovingRoutePublished.fromPartial({ ...ofRoute(lineId), stops: [stopOn(lineId)] })));
/** How many SMS each account of a line got, and how many accounts there are. */
const told = async (lineId: string, word: string) => {
  const counts = Map.groupBy((await smsTo(word)).flatMap(({ text }) => new RegExp(`${lineId.slice(1)}\\d{8}`).exec(text) ?? []), (accountNo) => String(accountNo));
  return [...counts.values()].map((all) => all.length);
};
const everyone = Array.from({ length: ACCOUNTS_OF_LINE }, () => 1);

test('a route that is published, changed and cancelled is told to each account of its line, once each, in this order', async () => {
  const low7 = low('0000000007');
  const [before, now] = [stopOn('L31'), stopOn('L31', 2, '08:00')];
  await publisher.publish([
    routePublished('L31'), low7,
    routeEvent('RovingRouteChanged', 'L31', RovingRouteChanged.toJSON(RovingRouteChanged.fromPartial({ ...ofRoute('L31'), changes: [{ before, after: now, version: 2 }], published: true }))),
    routeEvent('RovingRouteCancelled', 'L31', RovingRouteCancelled.toJSON(RovingRouteCancelled.fromPartial({ ...ofRoute('L31'), stops: [{ ...now, version: 3 }], reason: '道路塌方', published: true }))),
  ]);
  await untilStatus('0000000007', 'DELIVERED');
  await eventually('all read that it is cancelled', async () => (await told('L31', '取消(道路塌方)')).length === ACCOUNTS_OF_LINE || undefined);
  for (const word of [`09:00-10:30到王家村(村委会)`, '改为', '取消']) assert.deepEqual(await told('L31', word), everyone);
  const mine = (await smsTo(accountOn('L31', 3))).map(({ text }) => text);
  assert.deepEqual(['流动收费队', '改为', '取消'].map((word) => mine.findIndex((text) => text.includes(word))), [0, 1, 2]);
  assert.deepEqual((await messagesOf(accountOn('L31', 3))).map(({ rule }) => rule).sort(), ['ROVING_VISIT', 'ROVING_VISIT_CANCELLED', 'ROVING_VISIT_CHANGED']);
});

test('killed with -9 in the midst of a line, each of its accounts is still told exactly once', async () => {
  await service.stop();
  const doomed = await startService('notification', { ...env, YOUDIAN_KILL_AT: 'fan-out.queued-not-moved:2' });
  await publisher.publish([routePublished('L41')]);
  await doomed.ended;
  service = await startService('notification', env);
  await eventually('all are told', async () => (await told('L41', '王家村')).length === ACCOUNTS_OF_LINE || undefined);
  await untilStatus(accountOn('L41', ACCOUNTS_OF_LINE - 1), 'DELIVERED');
  assert.deepEqual(await told('L41', '王家村'), everyone);
});

const QUIET_FOR_MS = 30_000;
const clockTime = (instant: Date) => shanghaiWall(instant).slice(11);

test('in the quiet hours only receipts go out; the rest says until when it waits, is sent after them exactly once whatever was killed, and not where it is settled by then', async () => {
  await service.stop();
  const until = shanghaiInstant(shanghaiWall(new Date(Date.now() + QUIET_FOR_MS)))!;
  const quiet = { ...env, QUIET_HOURS: `${clockTime(new Date(Date.now() - 3_600_000))}-${clockTime(until)}` };
  const [waits, settled, receipt, many] = ['2000000001', '2000000002', '2000000003', Array.from({ length: 12 }, (_, n) => String(2_000_000_100 + n))] as const;
  const doomed = await startService('notification', { ...quiet, YOUDIAN_KILL_AT: 'commit.after:1' });
  for (const accountNo of [waits, settled, ...many]) await publisher.publish([low(accountNo)]);
  await doomed.ended;
  const again = await startService('notification', { ...quiet, YOUDIAN_KILL_AT: 'notification.submitted-not-recorded:3' });
  service = again;
  await publisher.publish([topUp(receipt, new Date())]);
  await untilStatus(receipt, 'DELIVERED');
  for (const accountNo of [waits, settled, ...many]) {
    const message = await untilStatus(accountNo, 'QUEUED');
    assert.deepEqual([message.attempts, message.deferral?.until, message.deferral?.code], [0, until, 'QUIET_HOURS']);
    assert.match(message.deferral!.zh, /免打扰时段/);
    assert.equal((await smsTo(accountNo)).length, 0);
  }
  paid.add(settled);
  await again.ended;
  service = await startService('notification', quiet);
  for (const accountNo of [waits, ...many]) {
    const { sentAt, deferral } = await untilStatus(accountNo, 'DELIVERED');
    assert.ok(sentAt! >= until && deferral!.until! <= sentAt!);
    assert.deepEqual((await smsTo(accountNo)).map(({ text }) => /余额11\.00元/.test(text)), [true], 'once, with the balance as it is now');
  }
  const withdrawn = await untilStatus(settled, 'WITHDRAWN');
  assert.deepEqual([withdrawn.failure, withdrawn.attempts, (await smsTo(settled)).length], ['SETTLED', 0, 0]);
});
