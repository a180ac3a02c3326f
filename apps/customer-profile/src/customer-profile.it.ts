import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { AccountRegistered, CustomerKind, UsageNature } from '@youdian/contracts-customer/events';
import { connectService, remoteHistory } from '@youdian/service-host';
import {
  collectEvents, eventually, refusedWith, startInfrastructure, startService, storedBytes, type Collected, type Infrastructure, type RunningService,
} from '@youdian/testing';

/** The whole service in its own process, with real Kafka and MongoDB. */
const TOPICS = ['network', 'customer', 'account'].map((noun) => `customer-profile.${noun}.v1`);
const PHONE = '13812345678';
const NAME = '欧阳修竹';
const ADDRESS = '青石巷 77 号';

let infrastructure: Infrastructure;
let service: RunningService;
let published: Collected;
let client: ReturnType<typeof connect>;
const env = () => ({
  KAFKA_BROKERS: infrastructure.brokers,
  MONGODB_URI: infrastructure.mongoUri('customer_profile'),
  PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
});
const connect = () => connectService(CustomerProfileServiceService, service.grpc);
let keys = 0;
const by = (actor: string, idempotencyKey = `key-${++keys}`) => ({ actor, idempotencyKey });
const agent = (key?: string) => by('agent:A01', key);
const manager = (key?: string) => by('manager:M01', key);

before(async () => {
  infrastructure = await startInfrastructure();
  service = await startService('customer-profile', env());
  published = await collectEvents(infrastructure.brokers, TOPICS);
  client = connect();
  await client.defineRegion({ regionId: 'R1', name: '城东' }, manager());
  await client.defineRegion({ regionId: 'R2', name: '城西' }, manager());
  await client.defineLine({ lineId: 'L1', regionId: 'R1', name: '东门线' }, manager());
  await client.defineLine({ lineId: 'L2', regionId: 'R2', name: '西门线' }, manager());
});
after(async () => {
  client?.close();
  await published?.stop();
  await service?.stop();
  await infrastructure?.stop();
});

const someone = { kind: CustomerKind.CUSTOMER_KIND_RESIDENTIAL, name: NAME, phone: PHONE, language: 'en' };
const registered = async (key?: string) => (await client.registerCustomer(someone, agent(key))).customer!;
const account = (accountNo: string, customerId: string) => ({
  accountNo, customerId, usageNature: UsageNature.USAGE_NATURE_RESIDENTIAL, installedCapacityKva: 8n, lineId: 'L1', address: ADDRESS,
});


test('a retry gets the first answer; another customer under the same key is a conflict', async () => {
  const first = await registered('same');
  assert.deepEqual(await registered('same'), first);
  assert.deepEqual({ ...first, customerId: '' }, { ...someone, customerId: '', version: 1n });
  await refusedWith('IDEMPOTENCY_KEY_REUSED', client.registerCustomer({ ...someone, phone: '13800000001' }, agent('same')));
});

test('a retry gets the first answer even after the customer changed', async () => {
  const first = await registered('then-changed');
  const changed = await client.updateCustomer({ ...someone, customerId: first.customerId, phone: '13900000000' }, agent());
  assert.equal(changed.customer!.phone, '13900000000');
  assert.deepEqual(await registered('then-changed'), first);
  assert.equal((await client.getCustomer({ customerId: first.customerId }, agent())).customer!.phone, '13900000000');
});

test('an account takes the region of its line, also when it moves', async () => {
  const { customerId } = await registered();
  const made = (await client.registerAccount(account('0000000001', customerId), agent('account-1'))).account!;
  assert.deepEqual([made.regionId, made.address, made.version], ['R1', ADDRESS, 1n]);
  const move = { accountNo: '0000000001', usageNature: UsageNature.USAGE_NATURE_UNSPECIFIED, installedCapacityKva: 0n, lineId: 'L2', address: '' };
  const moved = (await client.updateAccount(move, agent())).account!;
  assert.deepEqual([moved.regionId, moved.lineId, moved.address, moved.version], ['R2', 'L2', ADDRESS, 2n]);
  const events = await eventually('both events', () => (published.of('0000000001').length === 2 ? published.of('0000000001') : undefined));
  assert.deepEqual(events.map(({ type }) => type), ['youdian.customer.v1.AccountRegistered', 'youdian.customer.v1.AccountUpdated']);
  const facts = AccountRegistered.fromJSON(JSON.parse(Buffer.from(events[1]!.data).toString()));
  assert.deepEqual([facts.regionId, facts.lineId, facts.installedCapacityKva], ['R2', 'L2', 8n]);
});

test('an account number is taken once; the customer and the line must exist', async () => {
  const { customerId } = await registered();
  const request = account('0000000002', customerId);
  const first = await client.registerAccount(request, agent('account-2'));
  assert.deepEqual(await client.registerAccount(request, agent('account-2')), first);
  assert.equal((await refusedWith('ACCOUNT_NO_TAKEN', client.registerAccount(request, agent()), 'accountNo')).kind, 'conflict');
  await refusedWith('IDEMPOTENCY_KEY_REUSED', client.registerAccount({ ...request, address: '' }, agent('account-2')));
  await refusedWith('CUSTOMER_UNKNOWN', client.registerAccount(account('0000000003', 'nobody'), agent()), 'customerId');
  await refusedWith('LINE_UNKNOWN', client.registerAccount({ ...account('0000000003', customerId), lineId: 'L9' }, agent()), 'lineId');
  await refusedWith('ACCOUNT_NO_MALFORMED', client.registerAccount(account('1:2', customerId), agent()), 'accountNo');
  await refusedWith('ACCOUNT_UNKNOWN', client.getAccount({ accountNo: '9999999999' }, agent()), 'accountNo');
});

test('what changes nothing is no event', async () => {
  await client.defineRegion({ regionId: 'R1', name: '城东' }, manager());
  const { customerId } = await registered();
  await client.updateCustomer({ ...someone, customerId }, agent());
  await client.updateCustomer({ ...someone, customerId, phone: '13900000001' }, agent());
  await eventually('two events', () => published.of(customerId).length === 2);
  assert.equal(published.of('R1').length, 1);
});

test('the network is listed; a line with accounts keeps its region', async () => {
  await client.registerAccount(account('0000000004', (await registered()).customerId), agent());
  await eventually('the account is in the read documents', () =>
    client.defineLine({ lineId: 'L1', regionId: 'R2', name: '东门线' }, manager()).then(
      () => client.defineLine({ lineId: 'L1', regionId: 'R1', name: '东门线' }, manager()).then(() => false),
      (error: { rejection: { code: string } }) => error.rejection.code === 'LINE_HAS_ACCOUNTS',
    ),
  );
  assert.deepEqual(await client.listNetwork({}, { actor: 'customer:K1' }), {
    regions: [{ regionId: 'R1', name: '城东' }, { regionId: 'R2', name: '城西' }],
    lines: [{ lineId: 'L1', regionId: 'R1', name: '东门线' }, { lineId: 'L2', regionId: 'R2', name: '西门线' }],
  });
});

test('personal data is answered only to who needs it', async () => {
  const { customerId } = await registered();
  await client.registerAccount(account('0000000005', customerId), agent());
  const contact = await client.getContact({ accountNo: '0000000005' }, { actor: 'service:notification' });
  assert.deepEqual(contact, { customerId, name: NAME, phone: PHONE, language: 'en' });
  await refusedWith('ROLE_NOT_ALLOWED', client.getContact({ accountNo: '0000000005' }, agent()));
  await refusedWith('ROLE_NOT_ALLOWED', client.getCustomer({ customerId }, { actor: 'analyst:Y1' }));
  const { accounts } = await client.batchGetAccounts({ accountNos: ['0000000005', '0000000005', '8888888888', 'x:y'] }, { actor: 'service:service-desk' });
  assert.deepEqual(accounts.map(({ accountNo, address, lineId }) => [accountNo, address, lineId]), [['0000000005', '', 'L1']]);
  const tooMany = Array.from({ length: 1_001 }, (_, index) => String(index));
  await refusedWith('TOO_MANY_ACCOUNTS', client.batchGetAccounts({ accountNos: tooMany }, agent()), 'accountNos');
});

const HEADER = 'customerNo,kind,name,phone,language,accountNo,usageNature,installedCapacityKva,lineId,address';
async function load(lines: readonly string[], key?: string, header = HEADER, columns: Record<string, string> = {}) {
  const text = Buffer.from([header, ...lines].join('\n'));
  async function* chunks() {
    for (let from = 0; from < text.length; from += 64 * 1024) {
      yield { chunk: { columns: from === 0 ? columns : {}, source: from === 0 ? 'old-system' : '', content: text.subarray(from, from + 64 * 1024) } };
    }
  }
  return (await client.importAccounts(chunks(), manager(key))).report!;
}
const counts = ({ accepted, duplicate, rejected }: { accepted: bigint; duplicate: bigint; rejected: bigint }) => [accepted, duplicate, rejected];

test('services list the accounts of a line, by number, page by page; who moved to another line is not among them', async () => {
  await client.defineLine({ lineId: 'L7', regionId: 'R1', name: '南门线' }, manager());
  const { customerId } = await registered();
  const numbers = ['0000000073', '0000000071', '0000000074', '0000000072', '0000000075'];
  for (const accountNo of numbers) await client.registerAccount({ ...account(accountNo, customerId), lineId: 'L7' }, agent());
  await client.updateAccount({ accountNo: '0000000074', usageNature: UsageNature.USAGE_NATURE_UNSPECIFIED, installedCapacityKva: 0n, lineId: 'L1', address: '' }, agent());
  const page = (pageToken: string, pageSize = 2) => client.listAccountsOfLine({ lineId: 'L7', pageSize, pageToken }, { actor: 'service:notification' });
  const listed = ['0000000071', '0000000072', '0000000073', '0000000075'];
  await eventually('the list follows', async () => isDeepStrictEqual((await page('', 10)).accountNos, listed));
  const pages = [await page('')];
  while (pages.at(-1)!.nextPageToken !== '') pages.push(await page(pages.at(-1)!.nextPageToken));
  assert.deepEqual(pages.map(({ accountNos }) => accountNos), [listed.slice(0, 2), listed.slice(2)]);
  await refusedWith('LINE_UNKNOWN', client.listAccountsOfLine({ lineId: 'L404', pageSize: 0, pageToken: '' }, { actor: 'service:notification' }));
  await refusedWith('PAGE_TOKEN_INVALID', page('made-up'));
  await refusedWith('ROLE_NOT_ALLOWED', client.listAccountsOfLine({ lineId: 'L7', pageSize: 0, pageToken: '' }, { actor: 'manager:M01' }));
});

test('good rows come in past bad ones, each refused with its field and reason', async () => {
  const report = await load([
    `C1,RESIDENTIAL,${NAME},${PHONE},zh,1000000001,RESIDENTIAL,8,L1,${ADDRESS}`,
    `C1,居民,${NAME},${PHONE},zh,1000000002,农业,15,L2,`,
    `C2,ENTERPRISE,水泥厂,0851-5551234,,1000000003,大工业,1250,L2,厂区`,
    `C3,RESIDENTIAL,张三,call me,,1000000004,RESIDENTIAL,8,L1,`,
    `C3,RESIDENTIAL,张三,${PHONE},,12345,RESIDENTIAL,8,L1,`,
    `C3,RESIDENTIAL,张三,${PHONE},,1000000005,RESIDENTIAL,eight,L1,`,
    `C3,RESIDENTIAL,张三,${PHONE},,1000000005,RESIDENTIAL,8,L9,`,
    `,RESIDENTIAL,张三,${PHONE},,1000000005,RESIDENTIAL,8,L1,`,
    `C4,RESIDENTIAL,李四,${PHONE},,1000000001,RESIDENTIAL,8,L1,`,
    `C2,ENTERPRISE,水泥厂,0851-5551234,,1000000003,大工业,1250,L2,厂区`,
    `C2,ENTERPRISE,水泥厂,0851-5551234,,1000000003,大工业,1600,L2,厂区`,
  ]);
  assert.deepEqual(counts(report), [4n, 1n, 6n]);
  assert.deepEqual(report.rejectedRows.map(({ line, field, code }) => [line, field, code]), [
    [5n, 'phone', 'PHONE_MALFORMED'], [6n, 'accountNo', 'ACCOUNT_NO_MALFORMED'], [7n, 'installedCapacityKva', 'CAPACITY_OUT_OF_RANGE'],
    [8n, 'lineId', 'LINE_UNKNOWN'], [9n, 'customerNo', 'CUSTOMER_NO_MALFORMED'], [10n, 'customerNo', 'ACCOUNT_OF_ANOTHER_CUSTOMER'],
  ]);
  for (const { zh, en } of report.rejectedRows) assert.ok(zh && en);
  const first = (await client.getAccount({ accountNo: '1000000001' }, agent())).account!;
  const second = (await client.getAccount({ accountNo: '1000000002' }, agent())).account!;
  assert.equal(first.customerId, second.customerId);
  assert.equal((await client.getCustomer({ customerId: first.customerId }, agent())).customer!.name, NAME);
  assert.equal((await client.getAccount({ accountNo: '1000000003' }, agent())).account!.installedCapacityKva, 1600n);
  await refusedWith('ACCOUNT_UNKNOWN', client.getAccount({ accountNo: '1000000004' }, agent()));
});

test('importing twice changes nothing; a changed row is an update; columns may have other names', async () => {
  const header = HEADER.replace('accountNo', '户号').replace('name', '客户名称');
  const columns = { accountNo: '户号', name: '客户名称' };
  const rows = Array.from({ length: 50 }, (_, index) => `D${index % 40},RESIDENTIAL,客户${index % 40},1380000${1000 + (index % 40)},,20000000${10 + index},RESIDENTIAL,8,L1,某路 ${index} 号`);
  assert.deepEqual(counts(await load(rows, 'file', header, columns)), [50n, 0n, 0n]);
  const { accounts } = await client.batchGetAccounts({ accountNos: rows.map((_, index) => `20000000${10 + index}`) }, agent());
  assert.equal(new Set(accounts.map(({ customerId }) => customerId)).size, 40);
  assert.deepEqual(counts(await load(rows, 'file', header, columns)), [0n, 50n, 0n]);
  assert.deepEqual(counts(await load(rows, 'again', header, columns)), [0n, 50n, 0n]);
  const after = await client.batchGetAccounts({ accountNos: accounts.map(({ accountNo }) => accountNo) }, agent());
  assert.deepEqual(after.accounts.map(({ version }) => version), accounts.map(() => 1n));
  const changed = rows.map((row, index) => (index === 7 ? row.replace('某路 7 号', '新路 7 号') : row));
  assert.deepEqual(counts(await load(changed, 'changed', header, columns)), [1n, 49n, 0n]);
  assert.equal((await client.getAccount({ accountNo: '2000000017' }, agent())).account!.address, '新路 7 号');
  const phone = rows.map((row, index) => (index === 8 ? row.replace('13800001008', '13900001008') : row));
  assert.deepEqual(counts(await load(phone.slice(0, 40), 'phone', header, columns)), [2n, 38n, 0n], 'the address back, and the phone');
});

test('a file without a column that is needed is refused whole, naming the column', async () => {
  await refusedWith('COLUMN_MISSING', load(['C1'], undefined, 'customerNo'), 'kind');
  await refusedWith('ROLE_NOT_ALLOWED', client.importAccounts((async function* () {})(), agent()));
});

test('what was acknowledged survives a kill, and every event comes out, gapless', async () => {
  const ids: string[] = [];
  let dead = false;
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let n = 0; !dead; n += 1) {
      try {
        ids.push((await registered(`kill-${caller}-${n}`)).customerId);
      } catch {
        return; // unacknowledged: may or may not have happened
      }
    }
  });
  await eventually('100 customers', () => ids.length >= 100);
  await service.kill();
  dead = true;
  await Promise.all(callers);
  await restart();
  for (const customerId of ids) assert.equal((await client.getCustomer({ customerId }, agent())).customer!.phone, PHONE);
  await eventually('all events', () => ids.every((customerId) => published.of(customerId).length > 0));
  published.assertGapless();
});

/** Another process on the same data; `killAt` names the instant at which it kills itself. */
async function restart(killAt?: string) {
  await service.stop();
  client.close();
  service = await startService('customer-profile', { ...env(), ...(killAt && { YOUDIAN_KILL_AT: killAt }) });
  client = connect();
}

test('killed before the commit, nothing has happened; killed after it, a retry gets the answer that was lost', async () => {
  for (const instant of ['commit.before', 'commit.after']) {
    await restart(`${instant}:1`);
    await refusedWith('SERVICE_UNAVAILABLE', registered(instant));
    await restart();
    const customer = await registered(instant);
    assert.deepEqual([customer.version, customer.phone], [1n, PHONE]);
    await eventually('its one event', () => published.of(customer.customerId).length === 1);
    assert.deepEqual(await registered(instant), customer);
  }
});

test('killed between publish and mark, the event comes twice and is still one', async () => {
  await restart('relay.published-not-marked:1');
  await registered('twice').catch(() => {}); // its answer may be lost with the process
  await eventually('its death', () => service.child.signalCode === 'SIGKILL');
  await restart();
  const { customerId } = await registered('twice');
  await eventually('the repeat', () => published.events.filter(({ subject }) => subject === customerId).length === 2);
  assert.equal(published.of(customerId).length, 1);
  published.assertGapless();
});

test('the history holds exactly what was published', async () => {
  const history = remoteHistory(service.grpc, 'service:analytics');
  for (const topic of TOPICS) {
    const ids = new Set<string>();
    for await (const { event } of history.readAll(topic)) ids.add(event.id);
    const there = () => new Set(published.events.filter((event) => event.topic === topic).map(({ id }) => id));
    await eventually(`${topic} caught up`, () => there().size === ids.size);
    assert.deepEqual(there(), ids);
    const now = new Date();
    await eventually(`${topic} says that it is complete to now`, () => (published.progress(topic) ?? 0) > now);
  }
  const events = [];
  for await (const event of history.read('customer-profile.account.v1', '0000000001', 2n)) events.push(event);
  assert.deepEqual(events.map(({ sequence, type }) => [sequence, type]), [[2n, 'youdian.customer.v1.AccountUpdated']]);
  history.close();
});

test('no name, phone or address is on Kafka, in the database or in the log', async () => {
  const stored = await storedBytes(infrastructure.mongoUri('customer_profile'));
  const sent = Buffer.concat(published.events.flatMap(({ data, extensions }) => [data, Buffer.from(JSON.stringify(extensions ?? {}))]));
  assert.ok(stored.includes('0000000001') && sent.includes('0000000001'), 'the search itself works');
  for (const personal of [PHONE, NAME, ADDRESS, '0851-5551234', '水泥厂']) {
    assert.ok(!stored.includes(personal), `${personal} is in the database`);
    assert.ok(!sent.includes(personal), `${personal} is on Kafka`);
    assert.ok(!service.output().includes(personal), `${personal} is in the log`);
  }
});
