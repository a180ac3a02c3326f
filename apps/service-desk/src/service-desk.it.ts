import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { CustomerKind, UsageNature } from '@youdian/contracts-customer/events';
import { CaseChannel, CaseClassified, CaseKind, CaseResolved } from '@youdian/contracts-desk/events';
import { OutageCorrected, type Restoration } from '@youdian/contracts-desk/outage_events';
import { OutageServiceService, OutageStatus, type ListOutagesRequest, type RecordOutageRequest } from '@youdian/contracts-desk/outages';
import { ServiceDeskServiceService, type OpenCaseRequest } from '@youdian/contracts-desk/service_desk';
import { connectService, remoteHistory } from '@youdian/service-host';
import {
  collectEvents, eventually, refusedWith, startInfrastructure, startService, storedBytes, type Collected, type Infrastructure, type RunningService,
} from '@youdian/testing';
import { correction, hours, list, load as loadOutages, record } from './testing/outages.ts';

/** The whole service in its own process, with customer-profile beside it, on real Kafka and MongoDB. */
const TOPIC = 'service-desk.case.v1';
const OUTAGE_TOPIC = 'service-desk.outage.v1';
const PHONE = '13812345678';
const NAME = '欧阳修竹';
const DESCRIPTION = '青石巷变压器冒烟';
const RESOLUTION = '更换了跌落式熔断器';
const REASON = '值班员老周抄错了数字';
const ACCOUNT = '0000000001';

let infrastructure: Infrastructure;
let customerProfile: RunningService;
let service: RunningService;
let published: Collected;
let client: ReturnType<typeof connect>;
let outages: ReturnType<typeof connectOutages>;
const PERSONAL_DATA_KEY = Buffer.alloc(32, 7).toString('base64');
const env = (database: string) => ({ KAFKA_BROKERS: infrastructure.brokers, MONGODB_URI: infrastructure.mongoUri(database), PERSONAL_DATA_KEY });
const startDesk = (more: Record<string, string> = {}) =>
  startService('service-desk', { ...env('service_desk'), CUSTOMER_PROFILE_GRPC: customerProfile.grpc, ...more });
const connect = () => connectService(ServiceDeskServiceService, service.grpc);
const connectOutages = () => connectService(OutageServiceService, service.grpc);
let keys = 0;
const by = (actor: string, idempotencyKey = `key-${++keys}`) => ({ actor, idempotencyKey });
const agent = (key?: string) => by('agent:A01', key);
const manager = (key?: string) => by('manager:M01', key);

before(async () => {
  infrastructure = await startInfrastructure();
  customerProfile = await startService('customer-profile', env('customer_profile'));
  service = await startDesk();
  published = await collectEvents(infrastructure.brokers, [TOPIC, OUTAGE_TOPIC]);
  client = connect();
  outages = connectOutages();
  const profile = connectService(CustomerProfileServiceService, customerProfile.grpc);
  await profile.defineRegion({ regionId: 'R1', name: '城东' }, manager());
  await profile.defineLine({ lineId: 'L1', regionId: 'R1', name: '东门线' }, manager());
  await profile.defineLine({ lineId: 'L2', regionId: 'R1', name: '新桥线' }, manager());
  const customer = { kind: CustomerKind.CUSTOMER_KIND_RESIDENTIAL, name: NAME, phone: PHONE, language: 'zh' };
  const { customerId } = (await profile.registerCustomer(customer, agent())).customer!;
  const facts = { usageNature: UsageNature.USAGE_NATURE_RESIDENTIAL, installedCapacityKva: 8n, lineId: 'L1', address: '' };
  await profile.registerAccount({ accountNo: ACCOUNT, customerId, ...facts }, agent());
  profile.close();
});
after(async () => {
  client?.close();
  outages?.close();
  await published?.stop();
  await service?.stop();
  await customerProfile?.stop();
  await infrastructure?.stop();
});

const call: OpenCaseRequest = {
  kind: CaseKind.CASE_KIND_FAULT, channel: CaseChannel.CASE_CHANNEL_HOTLINE, accountNo: ACCOUNT, regionId: '', lineId: '', callerName: NAME, callerPhone: PHONE, description: DESCRIPTION, occurredAt: undefined, classification: '',
};
const opened = async (key?: string, change: Partial<OpenCaseRequest> = {}) => (await client.openCase({ ...call, ...change }, agent(key))).case!;


test('a fault is followed to the end: opened with the account\'s line, classified, resolved, closed', async () => {
  const { caseId, regionId, lineId, status } = await opened();
  assert.deepEqual([regionId, lineId, status], ['R1', 'L1', 'CASE_STATUS_OPEN']);
  await refusedWith('CASE_NOT_RESOLVED', client.closeCase({ caseId, satisfaction: 0 }, agent()));
  await client.resolveCase({ caseId, resolution: RESOLUTION, restoredAt: undefined, customersAffected: 120n }, agent());
  await refusedWith('CASE_NOT_CLASSIFIED', client.closeCase({ caseId, satisfaction: 0 }, agent()));
  await client.classifyCase({ caseId, classification: 'STORM' }, agent());
  await client.closeCase({ caseId, satisfaction: 5 }, agent());
  await client.classifyCase({ caseId, classification: 'TREE' }, agent());
  const known = (await client.getCase({ caseId }, agent())).case!;
  assert.deepEqual(
    [known.status, known.classification, known.customersAffected, known.satisfaction, known.version, known.callerName, known.callerPhone, known.description, known.resolution],
    ['CASE_STATUS_CLOSED', 'TREE', 120n, 5, 5n, NAME, PHONE, DESCRIPTION, RESOLUTION],
  );
  const { version, callerName, callerPhone, description, resolution } = (await client.getCase({ caseId }, { actor: 'analyst:Y1' })).case!;
  assert.deepEqual([version, callerName, callerPhone, description, resolution], [5n, '', '', '', ''], 'an analyst sees the case and nothing of what was told');
  await eventually('five events', () => published.of(caseId).length === 5);
  assert.deepEqual(published.of(caseId).map(({ type }) => type.split('.').at(-1)), ['CaseOpened', 'CaseResolved', 'CaseClassified', 'CaseClosed', 'CaseClassified']);
  assert.equal(CaseResolved.fromJSON(JSON.parse(Buffer.from(published.of(caseId)[1]!.data).toString())).customersAffected, 120n);
});

test('a retry gets the first answer, also later; another call under the same key is a conflict', async () => {
  const same = (change: Partial<OpenCaseRequest> = {}) => opened('same', { classification: 'TREE', ...change });
  const first = await same();
  assert.deepEqual([await same(), first.classification], [first, 'TREE']);
  const resolution = { caseId: first.caseId, resolution: RESOLUTION, restoredAt: undefined, customersAffected: 3n };
  const resolved = await client.resolveCase(resolution, agent('resolve'));
  await client.classifyCase({ caseId: first.caseId, classification: 'STORM' }, agent());
  assert.deepEqual(await client.resolveCase(resolution, agent('resolve')), resolved);
  assert.deepEqual(await same(), first);
  assert.equal((await refusedWith('IDEMPOTENCY_KEY_REUSED', same({ description: '' }))).kind, 'conflict');
  await refusedWith('CASE_NOT_OPEN', client.resolveCase(resolution, agent()));
});

test('what is wrong is refused with its field', async () => {
  await refusedWith('ACCOUNT_UNKNOWN', opened(undefined, { accountNo: '9999999999' }), 'accountNo');
  await refusedWith('ACCOUNT_UNKNOWN', opened(undefined, { accountNo: 'x:y' }), 'accountNo');
  await refusedWith('REGION_MISSING', opened(undefined, { accountNo: '' }), 'regionId');
  await refusedWith('LINE_UNKNOWN', opened(undefined, { accountNo: '', lineId: 'L9' }), 'lineId');
  await refusedWith('TIME_IN_THE_FUTURE', client.openCase({ ...call, occurredAt: new Date(Date.now() + 60_000) }, agent()), 'occurredAt');
  await refusedWith('CASE_UNKNOWN', client.classifyCase({ caseId: 'a:b', classification: 'TREE' }, agent()), 'caseId');
  await refusedWith('CLASSIFICATION_UNKNOWN', client.classifyCase({ caseId: (await opened()).caseId, classification: 'BILLING' }, agent()), 'classification');
  await refusedWith('ROLE_NOT_ALLOWED', client.getCase({ caseId: (await opened()).caseId }, { actor: 'kiosk:Y1' }));
});

test('a caller who is no customer is heard too, and a line alone says where', async () => {
  const stranger = await opened(undefined, { accountNo: '', lineId: 'L2' });
  assert.deepEqual([stranger.regionId, stranger.lineId, stranger.callerName], ['R1', 'L2', NAME]);
  const consultation = await opened(undefined, { kind: CaseKind.CASE_KIND_CONSULTATION, accountNo: '', callerName: '', callerPhone: '', description: '' });
  assert.deepEqual([consultation.regionId, consultation.lineId], ['', '']);
});

test('the words for causes, categories and classes are listed in both languages', async () => {
  const { classifications } = await client.listClassifications({ kind: CaseKind.CASE_KIND_FAULT }, { actor: 'customer:K1' });
  assert.deepEqual(classifications.find(({ code }) => code === 'TREE'), { kind: 'CASE_KIND_FAULT', code: 'TREE', zh: '树障', en: 'Tree' });
  const all = await client.listClassifications({ kind: CaseKind.CASE_KIND_UNSPECIFIED }, { actor: 'customer:K1' });
  assert.equal(all.classifications.length, 22);
});

const recorded = (change: Partial<RecordOutageRequest> = {}, key?: string) => record(outages, change, agent(key));
const listed = (change: Partial<ListOutagesRequest>) => list(outages, change, agent());

test('an outage is recorded, restored by steps and corrected; each event says the whole of it, and the record who did what and why', async () => {
  const { caseId } = await opened();
  const first = await recorded({ caseIds: [caseId] }, 'outage');
  assert.deepEqual(await recorded({ caseIds: [caseId] }, 'outage'), first);
  const { outageId } = first;
  await outages.restoreStep({ outageId, restoredAt: hours(1), customersRestored: 120n }, agent());
  await outages.restoreStep({ outageId, restoredAt: hours(2), customersRestored: 0n }, agent());
  await outages.correctOutage(correction(outageId, REASON, { lineId: 'L2', equipment: 'FUSE' }), manager());
  const { outage, changes } = await outages.getOutage({ outageId }, { actor: 'analyst:Y1' });
  assert.deepEqual(
    [outage!.status, outage!.facts!.regionId, outage!.facts!.lineId, outage!.facts!.equipment, outage!.facts!.endedAt, outage!.facts!.caseIds, outage!.version],
    ['OUTAGE_STATUS_ENDED', 'R1', 'L2', 'FUSE', hours(2), [caseId], 4n],
  );
  assert.deepEqual(changes.map(({ operation }) => operation), ['RecordOutage', 'RestoreStep', 'RestoreStep', 'CorrectOutage']);
  assert.deepEqual([changes[0]!.actor, changes[3]!.actor, changes[3]!.reason], ['agent:A01', 'manager:M01', REASON]);
  await eventually('four events', () => published.of(outageId).length === 4);
  assert.deepEqual(OutageCorrected.fromJSON(JSON.parse(Buffer.from(published.of(outageId)[3]!.data).toString())).outage, outage!.facts);
  await outages.cancelOutage({ outageId, reason: REASON }, manager());
  await refusedWith('OUTAGE_CANCELLED', outages.restoreStep({ outageId, restoredAt: undefined, customersRestored: 0n }, agent()));
});

test('what is wrong with an outage is refused with its field', async () => {
  await refusedWith('LINE_UNKNOWN', recorded({ lineId: 'L9' }), 'lineId');
  await refusedWith('CASE_UNKNOWN', recorded({ caseIds: ['a:b'] }), 'caseIds');
  const consultation = await opened(undefined, { kind: CaseKind.CASE_KIND_CONSULTATION });
  await refusedWith('CASE_NO_FAULT', recorded({ caseIds: [consultation.caseId] }), 'caseIds');
  await refusedWith('OUTAGE_UNKNOWN', outages.getOutage({ outageId: 'a:b' }, agent()), 'outageId');
  const { outageId } = await recorded();
  await refusedWith('TIME_MISSING', outages.correctOutage(correction(outageId, REASON, { restorations: { steps: [{ customersRestored: 1n } as Restoration] } }), agent()), 'restoredAt');
  await refusedWith('ROLE_NOT_ALLOWED', outages.cancelOutage({ outageId, reason: REASON }, by('analyst:Y1')));
});

test('outages are listed by line, by the day of Shanghai on which they began, and by whether they go on', async () => {
  await recorded({ lineId: 'L2', startedAt: new Date('2026-06-10T15:59:59Z') });
  const first = (await recorded({ lineId: 'L2', startedAt: new Date('2026-06-10T16:00:00Z') })).outageId;
  const last = (await recorded({ lineId: 'L2', startedAt: new Date('2026-06-11T15:59:59Z') })).outageId;
  await outages.restoreStep({ outageId: first, restoredAt: undefined, customersRestored: 0n }, agent());
  const ids = async (change: Partial<ListOutagesRequest>) => (await listed(change)).outages.map(({ facts }) => facts!.outageId);
  await eventually('the end in the list', async () => (await ids({ lineId: 'L2', status: OutageStatus.OUTAGE_STATUS_ENDED })).includes(first));
  const day = '2026-06-11';
  assert.deepEqual(await ids({ day }), [last, first]);
  assert.deepEqual(await ids({ lineId: 'L2', day, status: OutageStatus.OUTAGE_STATUS_OPEN }), [last]);
  assert.deepEqual(await ids({ day, pageSize: 1, pageToken: (await listed({ day, pageSize: 1 })).nextPageToken }), [first]);
  await refusedWith('PAGE_TOKEN_INVALID', listed({ pageToken: 'nonsense' }), 'pageToken');
  await refusedWith('DAY_INVALID', listed({ day: '2026-02-30' }), 'day');
});

test('past outages come in from a file; the same again changes nothing, another number is a correction', async () => {
  const send = (...rows: string[]) => loadOutages(outages, rows, manager());
  const row = 'T-1,L1,故障,2025-08-03 14:00,200,2025-08-03 15:00=120,2025-08-03 16:30,雷击';
  const report = await send(row, 'T-2,L9,计划,2025-08-04 08:00,50,,2025-08-04 12:00,', 'T-3,L1,计划,2025-08-04 08:00,50,soon=50,,');
  assert.deepEqual([counts(report), report.rejectedRows.map(({ line, field, code }) => [line, field, code])], [[1n, 0n, 2n], [[4n, 'restorations', 'RESTORATION_MALFORMED'], [3n, 'lineId', 'LINE_UNKNOWN']]]);
  assert.deepEqual(counts(await send(row)), [0n, 1n, 0n]);
  assert.deepEqual(counts(await send(row.replace(',200,', ',260,'))), [1n, 0n, 0n]);
  const { outages: [found] } = await eventually('the correction', async () => (await listed({ day: '2025-08-03' })).outages[0]?.version === 2n ? listed({ day: '2025-08-03' }) : undefined);
  assert.deepEqual(found!.facts!.restorations, [{ restoredAt: new Date('2025-08-03T07:00:00Z'), customersRestored: 120n }, { restoredAt: new Date('2025-08-03T08:30:00Z'), customersRestored: 140n }]);
});

const HEADER = 'externalId,kind,channel,openedAt,resolvedAt,closedAt,regionId,lineId,accountNo,classification,customersAffected,satisfaction,description';
async function load(lines: readonly string[], key?: string, header = HEADER, columns: Record<string, string> = {}) {
  async function* chunks() {
    yield { chunk: { columns, source: 'old-hotline', content: Buffer.from([header, ...lines].join('\n')) } };
  }
  return (await client.importCases(chunks(), manager(key))).report!;
}
const counts = ({ accepted, duplicate, rejected }: { accepted: bigint; duplicate: bigint; rejected: bigint }) => [accepted, duplicate, rejected];
const PAST = `F-1,FAULT,HOTLINE,2025-08-03 14:00,2025-08-03 16:30,2025-08-04 09:00,R1,L1,,STORM,120,5,${DESCRIPTION}`;

/** The events of the case that a row opened, found by the company's own number in the first one. */
const imported = (externalId: string) => {
  const first = published.events.find(({ data }) => Buffer.from(data).includes(`"externalId":"${externalId}"`));
  return first && published.of(first.subject);
};

test('past cases come in at their past times, past bad rows, each refused with its field and reason', async () => {
  const report = await load([
    PAST,
    `F-2,故障报修,热线,2025-09-01T08:00:00+08:00,,,,,${ACCOUNT},,,,`,
    `F-3,FAULT,HOTLINE,2025-08-03 14:00,2025-08-03 13:00,,R1,L1,,STORM,,,`,
    `F-4,FAULT,HOTLINE,yesterday,,,R1,L1,,,,,`,
    `F-5,FAULT,HOTLINE,2025-08-03 14:00,,,,,9999999999,,,,`,
    `F-6,FAULT,HOTLINE,2025-08-03 14:00,,,,,,,,,`,
    `F-7,COMPLAINT,ONLINE,2025-08-03 14:00,,,,,,STORM,,,`,
    `F-8,FAULT,HOTLINE,2025-08-03 14:00,2025-08-03 16:00,2025-08-03 17:00,R1,L1,,,,,`,
    `,CONSULTATION,HALL,2025-08-05 10:00,2025-08-05 10:10,2025-08-05 10:10,,,,BILLING,,4,`,
  ]);
  assert.deepEqual(report.rejectedRows.map(({ line, field, code }) => [line, field, code]), [
    [5n, 'openedAt', 'TIME_MALFORMED'], [4n, 'resolvedAt', 'TIME_OUT_OF_ORDER'], [6n, 'accountNo', 'ACCOUNT_UNKNOWN'], [7n, 'regionId', 'REGION_MISSING'],
    [8n, 'classification', 'CLASSIFICATION_UNKNOWN'], [9n, 'classification', 'CASE_NOT_CLASSIFIED'],
  ]);
  assert.deepEqual(counts(report), [3n, 0n, 6n]);
  const events = await eventually('the past fault', () => (imported('F-1')?.length === 4 ? imported('F-1') : undefined));
  const known = (await client.getCase({ caseId: events[0]!.subject }, agent())).case!;
  assert.deepEqual(
    [known.openedAt, known.resolvedAt, known.closedAt, known.customersAffected, known.satisfaction, known.description, known.version],
    [new Date('2025-08-03T06:00:00Z'), new Date('2025-08-03T08:30:00Z'), new Date('2025-08-04T01:00:00Z'), 120n, 5, DESCRIPTION, 1n],
  );
  const open = (await client.getCase({ caseId: (await eventually('F-2', () => imported('F-2')))[0]!.subject }, agent())).case!;
  assert.deepEqual([open.status, open.regionId, open.lineId], ['CASE_STATUS_OPEN', 'R1', 'L1']);
});

test('importing twice changes nothing; a correction is accepted; another story under the same number is not', async () => {
  const again = [PAST, `,CONSULTATION,HALL,2025-08-05 10:00,2025-08-05 10:10,2025-08-05 10:10,,,,BILLING,,4,`];
  assert.deepEqual(counts(await load(again)), [0n, 2n, 0n]);
  assert.deepEqual(counts(await load([PAST.replace('STORM,120', 'TREE,130')])), [1n, 0n, 0n]);
  const events = await eventually('the corrections', () => (imported('F-1')?.length === 6 ? imported('F-1') : undefined));
  assert.equal(CaseClassified.fromJSON(JSON.parse(Buffer.from(events[4]!.data).toString())).classification, 'TREE');
  assert.equal(CaseResolved.fromJSON(JSON.parse(Buffer.from(events[5]!.data).toString())).customersAffected, 130n);
  const report = await load([PAST.replace('R1,L1', 'R1,L2')]);
  assert.deepEqual(report.rejectedRows.map(({ field, code }) => [field, code]), [['lineId', 'CASE_DIFFERS']]);
});

test('columns may have the company\'s own names', async () => {
  const header = '编号,类别,发生时间,线路';
  const columns = { externalId: '编号', kind: '类别', openedAt: '发生时间', lineId: '线路' };
  assert.deepEqual(counts(await load(['G-1,故障,2025-07-01 08:30,L2'], undefined, header, columns)), [1n, 0n, 0n]);
  const [first] = await eventually('G-1', () => imported('G-1'));
  assert.equal((await client.getCase({ caseId: first!.subject }, agent())).case!.regionId, 'R1');
});

test('what was acknowledged survives a kill, and every event comes out, gapless', async () => {
  const ids: string[] = [];
  let dead = false;
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let n = 0; !dead; n += 1) {
      try {
        const { caseId } = await opened(`kill-${caller}-${n}`);
        await client.classifyCase({ caseId, classification: 'ANIMAL' }, agent());
        ids.push(caseId);
      } catch {
        return; // unacknowledged: may or may not have happened
      }
    }
  });
  await eventually('100 cases', () => ids.length >= 100);
  await service.kill();
  dead = true;
  await Promise.all(callers);
  await restart();
  for (const caseId of ids) assert.equal((await client.getCase({ caseId }, agent())).case!.classification, 'ANIMAL');
  await eventually('all events', () => ids.every((caseId) => published.of(caseId).length === 2));
  published.assertGapless();
});

/** Another process on the same data; `killAt` names the instant at which it kills itself. */
async function restart(killAt?: string) {
  await service.stop();
  client.close();
  outages.close();
  service = await startDesk(killAt ? { YOUDIAN_KILL_AT: killAt } : {});
  client = connect();
  outages = connectOutages();
}

test('killed before the commit, nothing has happened; killed after it, a retry gets the answer that was lost', async () => {
  for (const instant of ['commit.before', 'commit.after']) {
    await restart(`${instant}:1`);
    await refusedWith('SERVICE_UNAVAILABLE', opened(instant));
    await restart();
    const known = await opened(instant);
    assert.deepEqual([known.version, known.callerPhone], [1n, PHONE]);
    await eventually('its one event', () => published.of(known.caseId).length === 1);
    assert.deepEqual(await opened(instant), known);
  }
});

test('killed in the middle of an import, the same file again brings in the rest and nothing twice', async () => {
  const EVENTS_PER_PAST_CASE = 4;
  const rows = Array.from({ length: 2_500 }, (_, n) => `K-${n},FAULT,HOTLINE,2025-08-03 14:00,2025-08-03 16:30,2025-08-04 09:00,,L1,,STORM,${n},,`);
  await restart('commit.before:3');
  await refusedWith('SERVICE_UNAVAILABLE', load(rows, 'broken-off'));
  await restart();
  const { accepted, duplicate, rejected } = await load(rows, 'broken-off');
  assert.deepEqual([accepted + duplicate, rejected], [2_500n, 0n]);
  assert.ok(duplicate > 0n && accepted > 0n, `${duplicate} were there, ${accepted} came in`);
  assert.deepEqual(counts(await load(rows)), [0n, 2_500n, 0n]);
  const numbers = () => new Set(published.events.map(({ data }) => /"externalId":"(K-\d+)"/.exec(Buffer.from(data).toString())?.[1])).size - 1;
  await eventually('all published', () => published.events.length >= 2_500 * EVENTS_PER_PAST_CASE && numbers() === 2_500, 60_000);
  published.assertGapless();
});

test('the history holds exactly what was published', async () => {
  const history = remoteHistory(service.grpc, 'service:analytics');
  const ids = new Set<string>();
  for (const topic of [TOPIC, OUTAGE_TOPIC]) for await (const { event } of history.readAll(topic)) ids.add(event.id);
  const there = () => new Set(published.events.map(({ id }) => id));
  await eventually('all published', () => there().size === ids.size);
  assert.deepEqual(there(), ids);
  const now = new Date();
  await eventually('the topic says that it is complete to now', () => (published.progress(TOPIC) ?? 0) > now);
  const events = [];
  for await (const event of history.read(TOPIC, imported('F-1')![0]!.subject, 5n)) events.push(event.sequence);
  assert.deepEqual(events, [5n, 6n]);
  history.close();
});

test('while customer-profile is away a case without an account is opened, and one with it is told to come again', async () => {
  await opened(undefined, { accountNo: '', lineId: 'L2' });
  await customerProfile.kill();
  assert.equal((await opened(undefined, { accountNo: '', lineId: 'L2' })).lineId, 'L2');
  assert.equal((await refusedWith('SERVICE_UNAVAILABLE', opened())).kind, 'unavailable');
  customerProfile = await startService('customer-profile', { ...env('customer_profile'), GRPC_LISTEN: customerProfile.grpc });
  await eventually('the account is known again', () => opened().then(() => true, () => false));
});

test('nothing that a caller said is on Kafka, in the database or in the log', async () => {
  const stored = await storedBytes(infrastructure.mongoUri('service_desk'));
  const sent = Buffer.concat(published.events.flatMap(({ data, extensions }) => [data, Buffer.from(JSON.stringify(extensions ?? {}))]));
  assert.ok(stored.includes(ACCOUNT) && sent.includes(ACCOUNT), 'the search itself works');
  for (const personal of [PHONE, NAME, DESCRIPTION, RESOLUTION, REASON]) {
    assert.ok(!stored.includes(personal), `${personal} is in the database`);
    assert.ok(!sent.includes(personal), `${personal} is on Kafka`);
    assert.ok(!service.output().includes(personal), `${personal} is in the log`);
  }
});
