import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ChargeRejected, TopUpPosted } from '@youdian/contracts-billing/events';
import { listDeadLetters } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { eventually, startBilling, TRACEPARENT, type Billing, type ChargeJson } from './it-fixture.ts';

const POSTING = 'prepaid-billing.posting.v1';
const BALANCE = 'prepaid-billing.balance.v1';
const CHARGE_REJECTED = 'prepaid-billing.charge-rejected.v1';
const STRANGER = '9000000001';

let billing: Billing;
let accounts = 0;
const newAccount = () => (++accounts).toString().padStart(10, '0');
let charges = 0;
const newCharge = (accountNo: string, amountFen: bigint): ChargeJson => ({
  chargeId: `CH-${++charges}`, accountNo, amountFen: amountFen.toString(), period: '2026-02', dueOn: '2026-03-20',
});
const rejectedAs = (kind: string, code: string) => (error: unknown) =>
  error instanceof Rejected && error.rejection.kind === kind && error.rejection.code === code;

before(async () => {
  billing = await startBilling();
});
after(() => billing?.stop());

test('a cashier takes money, and the customer has it at once, with an invoice', async () => {
  const account = newAccount();
  const answer = await billing.topUp(account, 10_000n);
  assert.match(answer.invoiceNo, /^\d{2}-\d{8}$/);
  assert.deepEqual([answer.accountNo, answer.amountFen, answer.balanceFen, answer.receivableFen], [account, 10_000n, 10_000n, 0n]);
  assert.deepEqual(await billing.balance(account), {
    accountNo: account, balanceFen: 10_000n, receivableFen: 0n, thresholdFen: 3_000n, low: false, level: 'BALANCE_LEVEL_UNSPECIFIED', daysLeft: undefined, dailyUseFen: 0n, closed: false, episode: 0n,
  });
  const [entry] = await billing.statement(account);
  assert.deepEqual([entry!.postingId, entry!.invoiceNo, entry!.amountFen, entry!.balanceFen], [answer.postingId, answer.invoiceNo, 10_000n, 10_000n]);
  await eventually('the event of the top-up', () => billing.eventsOf(POSTING, account).length === 1);
  const event = billing.eventsOf(POSTING, account)[0]!;
  const posted = TopUpPosted.fromJSON(JSON.parse(Buffer.from(event.data).toString()));
  assert.deepEqual([event.type, event.sequence, event.source], ['youdian.billing.v1.TopUpPosted', 1n, '/youdian/prepaid-billing']);
  assert.deepEqual([posted.postingId, posted.collectorId, posted.balanceFen], [answer.postingId, 'C01', 10_000n]);
  assert.equal(event.extensions?.['ce_postedon'], answer.postedOn);
  assert.match(event.extensions?.['ce_shardsequence'] ?? '', /^[1-9]\d*$/);
});

test('a retry gets the first answer, also later; another body under the same key is a conflict', async () => {
  const account = newAccount();
  const first = await billing.topUp(account, 500n, 'K1');
  await billing.topUp(account, 700n);
  assert.deepEqual(await billing.topUp(account, 500n, 'K1'), first);
  await assert.rejects(billing.topUp(account, 501n, 'K1'), rejectedAs('conflict', 'IDEMPOTENCY_KEY_REUSED'));
  assert.equal((await billing.balance(account)).balanceFen, 1_200n);
});

test('the same key at the same moment posts once, and all get the one answer', async () => {
  const account = newAccount();
  const answers = await Promise.all(Array.from({ length: 20 }, () => billing.topUp(account, 500n, 'K2')));
  assert.equal(new Set(answers.map(({ postingId }) => postingId)).size, 1);
  assert.equal((await billing.balance(account)).balanceFen, 500n);
});

test('an unknown account is refused everywhere, an unused one has nothing', async () => {
  await assert.rejects(billing.topUp(STRANGER, 500n), rejectedAs('unknown', 'ACCOUNT_UNKNOWN'));
  await assert.rejects(billing.balance(STRANGER), rejectedAs('unknown', 'ACCOUNT_UNKNOWN'));
  await assert.rejects(billing.statement(STRANGER), rejectedAs('unknown', 'ACCOUNT_UNKNOWN'));
  await assert.rejects(billing.balance('12'), rejectedAs('invalid', 'ACCOUNT_NO_INVALID'));
  assert.deepEqual(await billing.statement(newAccount()), []);
});

test('who may not take money is refused', async () => {
  const account = newAccount();
  await assert.rejects(billing.topUp(account, 500n, 'K', 'analyst:A1'), rejectedAs('forbidden', 'ROLE_NOT_ALLOWED'));
  await assert.rejects(billing.topUp(account, 500n, 'K', 'customer:1'), rejectedAs('forbidden', 'CHANNEL_NOT_ALLOWED'));
  await assert.rejects(billing.topUp(account, 0n), rejectedAs('invalid', 'AMOUNT_NOT_POSITIVE'));
  await assert.rejects(billing.topUp(account, 10n ** 10n), rejectedAs('refused', 'AMOUNT_TOO_LARGE'));
});

test('a charge that comes twice is taken once', async () => {
  const account = newAccount();
  await billing.topUp(account, 10_000n);
  const charge = newCharge(account, 4_000n);
  await billing.charge(charge, charge);
  await billing.charge(charge);
  const marker = newCharge(account, 1n);
  await billing.charge(marker);
  await eventually('the charges', async () => (await billing.balance(account)).balanceFen === 5_999n);
  await eventually('its event', () => billing.eventsOf(POSTING, account).length === 3);
  assert.equal(billing.eventsOf(POSTING, account)[1]!.traceparent, TRACEPARENT);
  assert.deepEqual((await billing.statement(account)).map(({ chargeId, amountFen, balanceFen }) => [chargeId, amountFen, balanceFen]), [
    [marker.chargeId, -1n, 5_999n],
    [charge.chargeId, -4_000n, 6_000n],
    ['', 10_000n, 10_000n],
  ]);
});

test('another charge under the same id, a charge of nobody and one of nothing are refused with the reason', async () => {
  const account = newAccount();
  const charge = newCharge(account, 100n);
  const stranger = newCharge(STRANGER, 100n);
  const nothing = newCharge(account, 0n);
  await billing.charge(charge);
  await eventually('the charge', async () => (await billing.balance(account)).receivableFen === 100n);
  await billing.charge({ ...charge, amountFen: '101' }, stranger, nothing, { ...charge, accountNo: newAccount() });
  const codesOf = ({ chargeId }: ChargeJson) =>
    billing.eventsOf(CHARGE_REJECTED, chargeId).map(({ sequence, data }) => [sequence, ChargeRejected.fromJSON(JSON.parse(Buffer.from(data).toString())).code]);
  await eventually('the refusals', () => codesOf(charge).length === 2 && codesOf(stranger).length === 1 && codesOf(nothing).length === 1);
  assert.deepEqual(codesOf(charge), [[1n, 'CHARGE_ID_REUSED'], [2n, 'CHARGE_ID_REUSED']]);
  assert.deepEqual(codesOf(stranger), [[1n, 'ACCOUNT_UNKNOWN']]);
  assert.deepEqual(codesOf(nothing), [[1n, 'AMOUNT_NOT_POSITIVE']]);
  assert.equal((await billing.balance(account)).receivableFen, 100n);
});

test('poison goes to the dead letters, and its partition goes on', async () => {
  const account = newAccount();
  const good = newCharge(account, 100n);
  // The same key as the poison, so the same partition behind it.
  await billing.charge('{"chargeId":', '{"amountFen":"5"}', JSON.stringify(good), '[]');
  await eventually('the charge behind the poison', async () => (await billing.balance(account)).receivableFen === 100n);
  await eventually('three dead letters', async () => (await listDeadLetters({ brokers: [billing.infra.brokers], group: 'prepaid-billing' })).length === 3);
});

test('while customer-profile is away charges of new accounts wait, and nobody is refused', async () => {
  const account = newAccount();
  billing.profile.away = true;
  const charge = newCharge(account, 100n);
  await billing.charge(charge);
  await eventually('it says that it waits', async () => (await (await fetch(`http://${billing.service.admin}/readyz`)).text()).includes('"charges"'));
  await assert.rejects(billing.topUp(account, 1n), rejectedAs('unavailable', 'SERVICE_UNAVAILABLE'));
  billing.profile.away = false;
  await eventually('the charge', async () => (await billing.balance(account)).receivableFen === 100n);
  assert.deepEqual(billing.eventsOf(CHARGE_REJECTED, charge.chargeId), []);
});

test('BalanceLow is told exactly once per episode', async () => {
  const account = newAccount();
  await billing.topUp(account, 5_000n);
  for (const amountFen of [2_500n, 100n, 100n]) await billing.charge(newCharge(account, amountFen));
  await eventually('the charges', async () => (await billing.balance(account)).balanceFen === 2_300n);
  assert.equal((await billing.balance(account)).low, true);
  await billing.topUp(account, 700n);
  assert.equal((await billing.balance(account)).low, false);
  await billing.charge(newCharge(account, 1n));
  await eventually('both episodes', () => billing.eventsOf(BALANCE, account).length === 2);
  const lows = billing.eventsOf(BALANCE, account).map(({ sequence, data }) => [sequence, JSON.parse(Buffer.from(data).toString()).balanceFen]);
  assert.deepEqual(lows, [[1n, '2500'], [2n, '2999']]);
});

test('a customer chooses when to be told', async () => {
  const account = newAccount();
  const set = (thresholdFen: bigint, idempotencyKey: string) => billing.calls.setLowBalanceThreshold({ accountNo: account, thresholdFen }, { actor: 'customer:1', idempotencyKey });
  assert.deepEqual(await set(8_000n, 'T1'), { accountNo: account, thresholdFen: 8_000n });
  await set(9_000n, 'T2');
  assert.deepEqual(await set(8_000n, 'T1'), { accountNo: account, thresholdFen: 8_000n });
  assert.equal((await billing.balance(account)).thresholdFen, 9_000n);
  await assert.rejects(set(-1n, 'T3'), rejectedAs('invalid', 'THRESHOLD_INVALID'));
});

test('a long statement is read page by page, newest first, with the running balance', async () => {
  const account = newAccount();
  for (let i = 1; i <= 25; i++) await billing.topUp(account, BigInt(i));
  const entries = await billing.statement(account, 10);
  assert.deepEqual(entries.map(({ amountFen }) => amountFen), Array.from({ length: 25 }, (_, i) => BigInt(25 - i)));
  let balance = 0n;
  for (const { amountFen, balanceFen } of entries.reverse()) assert.equal(balanceFen, (balance += amountFen));
});

test('past top-ups are imported once, however often the file is handed in', async () => {
  const [one, other] = [newAccount(), newAccount()];
  const csv = `receiptNo,accountNo,amountFen,channel,takenAt,collectorId\nR1,${one},100,COUNTER,2026-01-05 09:00,C02\nR2,${other},200,ONLINE,2026-01-05 10:00,\nR3,${STRANGER},300,KIOSK,2026-01-05,\n`;
  async function* file() {
    yield { chunk: { columns: {}, source: 'old', content: Buffer.from(csv) } };
  }
  const load = async (idempotencyKey: string) => (await billing.calls.importTopUps(file(), { actor: 'admin:A1', idempotencyKey })).report!;
  const first = await load('I1');
  assert.deepEqual([first.accepted, first.duplicate, first.rejected, first.rejectedRows[0]!.code], [2n, 0n, 1n, 'ACCOUNT_UNKNOWN']);
  const again = await load('I2');
  assert.deepEqual([again.accepted, again.duplicate, again.rejected], [0n, 2n, 1n]);
  const [entry] = await billing.statement(one);
  assert.deepEqual([entry!.amountFen, entry!.takenAt], [100n, new Date('2026-01-05T01:00:00Z')]);
});

test("the history tells the same events as Kafka, by subject and all of them", async () => {
  const service = { actor: 'service:analytics' };
  const plain = ({ id, type, subject, sequence, data }: { id: string; type: string; subject: string; sequence: bigint; data: Uint8Array }) =>
    [id, type, subject, sequence, Buffer.from(data).toString()].join(' ');
  for (const topic of [POSTING, BALANCE, CHARGE_REJECTED]) {
    const told: string[] = [];
    let cursor = '';
    for await (const { event, cursor: at } of billing.history.readAll({ topic, cursor: '' }, service)) (told.push(plain(event!)), (cursor = at));
    await eventually(`all of ${topic}`, () => billing.events.filter((event) => event.topic === topic).length >= told.length);
    assert.deepEqual(told.sort(), billing.events.filter((event) => event.topic === topic).map(plain).sort());
    for await (const { event } of billing.history.readAll({ topic, cursor }, service)) assert.fail(`nothing follows the last cursor, but ${event!.id}`);
    const { subject } = billing.events.find((event) => event.topic === topic && event.sequence === 2n)!;
    const one: bigint[] = [];
    for await (const { event } of billing.history.read({ topic, subject, fromSequence: 2n }, service)) one.push(event!.sequence);
    assert.deepEqual(one, billing.eventsOf(topic, subject).map(({ sequence }) => sequence).filter((sequence) => sequence >= 2n));
  }
  assert.deepEqual(billing.malformed, []);
});

test('every partition says how far it is', async () => {
  const began = new Date();
  await eventually('progress', () => billing.progress.size === 6 * billing.topics.length && [...billing.progress.values()].every((through) => through > began));
});
