import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { shanghaiDay } from '@youdian/calendar';
import type { SignedRecord } from '@youdian/contracts-billing/roving';
import type { DeclaredInvoices } from '@youdian/contracts-billing/shifts';
import { Rejected } from '@youdian/rejection';
import { eventually, startBilling, type Billing } from './it-fixture.ts';
import { FieldDevice } from './roving/testing/field-device.ts';

const MANAGER = 'manager:M01';
const CASHIER = 'cashier:C61';
/** Without a network, with a device. */
const ROVER = 'cashier:C81';
const IN_FLIGHT = 8;
const EXPLAINED_MS = 5_000;

let billing: Billing;
let accounts = 0;
const newAccount = () => (++accounts).toString().padStart(10, '0');
const by = (actor: string, idempotencyKey: string = randomUUID()) => ({ actor, idempotencyKey });
const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;
const issue = async (series: string, count: number, collectorId: string, key?: string) =>
  (await billing.invoices.issueInvoiceBlock({ series, count, collectorId, deviceId: '', fromSerial: 0 }, by(MANAGER, key))).block!;
const numbered = (accountNo: string, invoiceNo: string, { actor = CASHIER, key = randomUUID() as string, takenAt = undefined as Date | undefined } = {}) =>
  billing.calls.topUp({ accountNo, amountFen: 1_000n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt, invoiceNo }, by(actor, key));
const report = (blockId: string) => billing.invoices.getInvoiceBlock({ blockId }, { actor: MANAGER });
const number = (series: string, n: number) => `${series}-${String(n).padStart(8, '0')}`;

before(async () => { billing = await startBilling(); });
after(() => billing?.stop());

test('a collector uses a block of paper: each number once, no gap unnoticed', async () => {
  const block = await issue('P1', 10, 'C61', 'B1');
  assert.deepEqual(await issue('P1', 10, 'C61', 'B1'), block, 'a retry gets the first answer');
  assert.deepEqual([block.fromNo, block.toNo, (await issue('P1', 5, 'C62')).fromNo], [number('P1', 1), number('P1', 10), number('P1', 11)]);
  await assert.rejects(billing.invoices.issueInvoiceBlock({ series: 'P1', count: 5, collectorId: 'C61', deviceId: '', fromSerial: 0 }, by(CASHIER)), rejectedAs('ROLE_NOT_ALLOWED'));
  const accountNo = newAccount();
  const first = await numbered(accountNo, number('P1', 1), { key: 'N1' });
  assert.deepEqual(await numbered(accountNo, number('P1', 1), { key: 'N1' }), first);
  await assert.rejects(numbered(newAccount(), number('P1', 1)), rejectedAs('INVOICE_NO_USED'));
  await assert.rejects(numbered(newAccount(), number('P1', 11)), rejectedAs('INVOICE_NO_NOT_HELD'));
  await assert.rejects(billing.calls.topUp({ accountNo, amountFen: 1n, channel: 'TOP_UP_CHANNEL_ONLINE', takenAt: undefined, invoiceNo: number('P1', 2) }, by('customer:W1')), rejectedAs('INVOICE_NO_NEEDS_COLLECTOR'));
  const void3 = await numbered(newAccount(), number('P1', 3));
  await billing.calls.reverseTopUp({ accountNo: void3.accountNo, postingId: void3.postingId, reason: '录错' }, by(CASHIER));
  const spoil = (actor: string) => billing.invoices.voidInvoiceNo({ invoiceNo: number('P1', 4), reason: '打印错位' }, by(actor));
  await assert.rejects(spoil('cashier:C62'), rejectedAs('INVOICE_NO_NOT_HELD'));
  assert.equal((await spoil(CASHIER)).receipt!.state, 'INVOICE_NO_STATE_SPOILED');
  await numbered(newAccount(), number('P1', 6));
  const { used, usedFen, void: voids, spoiled, missing, unused, missingRuns } = await report(block.blockId);
  assert.deepEqual([used, usedFen, voids, spoiled, missing, unused], [2, 2_000n, 1, 1, 2, 4]);
  assert.deepEqual(missingRuns.map(({ fromNo, toNo, count }) => [fromNo, toNo, count]), [[number('P1', 2), number('P1', 2), 1], [number('P1', 5), number('P1', 5), 1]]);
  const returned = (await billing.invoices.returnInvoiceBlock({ blockId: block.blockId }, by(MANAGER))).block!;
  assert.deepEqual([returned.status, returned.returnedFrom], ['INVOICE_BLOCK_STATUS_RETURNED', number('P1', 7)]);
  await assert.rejects(numbered(newAccount(), number('P1', 7)), rejectedAs('INVOICE_NO_RETURNED'));
  await numbered(newAccount(), number('P1', 5));
  assert.deepEqual((await billing.invoices.listInvoiceBlocks({ collectorId: 'C61' }, { actor: MANAGER })).blocks.map(({ blockId }) => blockId), [block.blockId]);
  await eventually('the events', () => billing.eventsOf('prepaid-billing.invoice-block.v1', 'P1').length === 3);
});

test('receipts are found by account, by day and by number, with who printed them again', async () => {
  const accountNo = newAccount();
  const taken = [];
  for (let i = 0; i < 5; i++) taken.push(await billing.topUp(accountNo, BigInt(100 + i), randomUUID(), CASHIER));
  await billing.calls.reverseTopUp({ accountNo, postingId: taken[1]!.postingId, reason: '录错' }, by(CASHIER));
  const print = (postingId: string, key?: string, actor = CASHIER) => billing.invoices.reprintInvoice({ accountNo, postingId }, by(actor, key));
  const copy = await print(taken[2]!.postingId, 'R1');
  assert.deepEqual([copy.copyNo, copy.receipt!.invoiceNo, copy.receipt!.amountFen], [1, taken[2]!.invoiceNo, 102n]);
  assert.equal((await print(taken[2]!.postingId, 'R1')).copyNo, 1, 'a retry is no other copy');
  assert.equal((await print(taken[2]!.postingId, 'R2', MANAGER)).copyNo, 2);
  await assert.rejects(print(taken[1]!.postingId), rejectedAs('INVOICE_VOID'));
  await assert.rejects(print('00-999999'), rejectedAs('TOP_UP_UNKNOWN'));
  const seen = [];
  for (let pageToken = ''; ; ) {
    const page = await billing.invoices.listReceipts({ accountNo, from: '', to: taken[0]!.postedOn, pageSize: 2, pageToken }, { actor: CASHIER });
    seen.push(...page.receipts);
    if (!(pageToken = page.nextPageToken)) break;
  }
  assert.deepEqual(seen.map(({ invoiceNo, state, reprints }) => [invoiceNo, state.replace('INVOICE_NO_STATE_', ''), reprints.map(({ printedBy }) => printedBy)]), taken.toReversed().map(({ invoiceNo }, index) =>
    [invoiceNo, index === 3 ? 'VOID' : 'USED', index === 2 ? [CASHIER, MANAGER] : []]));
  assert.deepEqual((await billing.invoices.listReceipts({ accountNo, from: '2027-01-01', to: '', pageSize: 0, pageToken: '' }, { actor: CASHIER })).receipts, []);
  for (const { invoiceNo, postingId } of taken) {
    const { receipt } = await billing.invoices.getReceipt({ invoiceNo }, { actor: CASHIER });
    assert.deepEqual([receipt!.postingId, receipt!.accountNo, receipt!.collectorId], [postingId, accountNo, 'C61']);
  }
  await assert.rejects(billing.invoices.getReceipt({ invoiceNo: '03-09999999' }, { actor: CASHIER }), rejectedAs('INVOICE_UNKNOWN'));
  await assert.rejects(billing.invoices.getReceipt({ invoiceNo: 'ZZ-00000001' }, { actor: CASHIER }), rejectedAs('INVOICE_UNKNOWN'));
});

test('the close of a shift knows the collector’s numbers: a gap is told, what was used before or spoiled is none', async () => {
  const cashier = 'cashier:C63';
  const { blockId } = await issue('P2', 20, 'C63');
  const open = async () => (await billing.shifts.openShift({ outletId: 'HALL-1', teamId: '', floatFen: 0n }, by(cashier))).shift!.shiftId;
  /** What is explained follows the neighbours' read documents within moments. */
  const close = async (shiftId: string, count: number, expected: readonly (readonly string[])[], invoices?: DeclaredInvoices) => {
    const fen = BigInt(count) * 1_000n;
    const slips = [{ slipNo: randomUUID() as string, bank: '农行', bankAccount: '', paidInBy: '', amountFen: fen, depositedAt: new Date() }];
    await billing.shifts.closeShift({ shiftId, declared: { invoiceCount: BigInt(count), voidCount: 0n, invoiceFen: fen, countedCashFen: fen, slips, devices: [] }, invoices }, by(cashier));
    const explained = async () => (await billing.dayClose.explainShift({ shiftId }, { actor: cashier })).differences.map(({ kind, invoiceNos }) => [kind, ...invoiceNos]);
    await eventually('the explanation', async () => isDeepStrictEqual(await explained(), expected), EXPLAINED_MS).catch(() => {});
    assert.deepEqual(await explained(), expected);
  };
  const morning = await open();
  for (const n of [1, 2]) await numbered(newAccount(), number('P2', n), { actor: cashier });
  await close(morning, 2, []);
  const evening = await open();
  await billing.invoices.voidInvoiceNo({ invoiceNo: number('P2', 4), reason: '撕坏' }, by(cashier));
  for (const n of [3, 6]) await numbered(newAccount(), number('P2', n), { actor: cashier });
  await billing.topUp(newAccount(), 1_000n, randomUUID(), cashier); // a number of the ledger's own
  await close(evening, 3, [['INVOICE_GAP', number('P2', 5)]]);
  assert.equal((await report(blockId)).missing, 1);
  const night = await open();
  const accountNo = newAccount();
  const { postingId, invoiceNo } = await numbered(accountNo, number('P2', 7), { actor: cashier });
  await billing.invoices.reprintInvoice({ accountNo, postingId }, by(cashier));
  const copy = { invoiceNo, accountNo, amountFen: 1_000n, voided: false, takenAt: undefined };
  await close(night, 1, [['INVOICE_DOUBLE', invoiceNo], ['UNEXPLAINED']], { allListed: true, lines: [copy, copy], withoutPaper: [] });
  const { differences } = await billing.dayClose.explainShift({ shiftId: night }, { actor: cashier });
  assert.match(differences[0]!.en, /it was reprinted: perhaps the reprint was counted/);
});

test('killed in the midst of it, no number is doubled and none is lost', async () => {
  const block = await issue('P3', 20, 'C61');
  const acknowledged = new Map<string, string>();
  const asks = Array.from({ length: 40 }, (_, i) => ({ accountNo: newAccount(), invoiceNo: number('P3', 1 + (i % 20)), key: randomUUID() }));
  const insist = async ({ accountNo, invoiceNo, key }: (typeof asks)[0]) => {
    for (;;) {
      const outcome = await numbered(accountNo, invoiceNo, { key }).catch((error: Rejected) => error.rejection);
      if ('postingId' in outcome) return void acknowledged.set(outcome.postingId, invoiceNo);
      if (outcome.kind !== 'unavailable') return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await billing.service.stop();
  const doomed = await billing.start({ YOUDIAN_KILL_AT: 'commit.after:12' });
  const gone = new Promise((resolve) => doomed.child.once('exit', resolve));
  const queue = [...asks];
  const working = Promise.all(Array.from({ length: IN_FLIGHT }, async () => { for (let ask = queue.shift(); ask; ask = queue.shift()) await insist(ask); }));
  await gone;
  await billing.start();
  await working;
  const { numbers, pending, missing } = await report(block.blockId);
  const used = numbers.filter(({ state }) => state === 'INVOICE_NO_STATE_USED');
  assert.deepEqual([used.length, pending, missing], [20, 0, 0]);
  assert.deepEqual(new Map(used.map(({ postingId, invoiceNo }) => [postingId, invoiceNo])), new Map([...acknowledged].sort(([, a], [, b]) => (a < b ? -1 : 1))));
});

test('a team’s day is planned, published, changed and cancelled: each once, found by whoever is asked when the team comes', async () => {
  const day = shanghaiDay(new Date(Date.now() + 3 * 86_400_000));
  const { blockId } = await issue('V1', 10, 'C65');
  const stop = (village: string, from: string, to: string, lineId: string) => ({ stopId: '', village, place: '', from, to, lineIds: [lineId], wholeRegionIds: [] });
  const request = { day, teamId: 'T7', collectorIds: ['C65'], deviceId: '', blockId, stops: [stop('王家村', '09:00', '10:00', 'L1'), stop('李家村', '10:30', '11:00', 'L2')] };
  const planned = await billing.routes.planRoute(request, by(MANAGER, 'PLAN'));
  assert.deepEqual(await billing.routes.planRoute(request, by(MANAGER, 'PLAN')), planned, 'a retry gets the first answer');
  await assert.rejects(billing.routes.planRoute(request, by(MANAGER)), rejectedAs('ROUTE_EXISTS'));
  await assert.rejects(billing.routes.planRoute({ ...request, stops: [] }, by(MANAGER, 'PLAN')), rejectedAs('IDEMPOTENCY_KEY_REUSED'));
  await assert.rejects(billing.routes.planRoute({ ...request, teamId: 'T8' }, by(CASHIER)), rejectedAs('ROLE_NOT_ALLOWED'));
  await assert.rejects(billing.routes.planRoute({ ...request, teamId: 'T8', blockId: 'V1-00000009' }, by(MANAGER)), rejectedAs('INVOICE_BLOCK_NOT_HELD'));
  const { routeId } = planned.route!;
  const visits = (asked: object) => billing.routes.findVisits({ accountNo: '', lineId: '', regionId: '', village: '', from: '', to: '', ...asked }, { actor: 'agent:A01' });
  assert.deepEqual((await visits({ lineId: 'L2' })).visits, [], 'what is not published is nobody’s business');
  const published = await billing.routes.publishRoute({ routeId }, by(MANAGER, 'PUBLISH'));
  assert.deepEqual(await billing.routes.publishRoute({ routeId }, by(MANAGER, 'PUBLISH')), published);
  await eventually('the visits are found', async () => (await visits({ accountNo: newAccount() })).visits.length === 1);
  for (const [asked, villages] of [[{ lineId: 'L2' }, ['李家村']], [{ regionId: 'R1' }, ['王家村', '李家村']], [{ village: '王' }, ['王家村']], [{ from: '2020-01-01' }, []]] as const) {
    assert.deepEqual((await visits(asked)).visits.map((visit) => visit.stop!.stop!.village), villages);
  }
  await assert.rejects(visits({ accountNo: '9000000001' }), rejectedAs('ACCOUNT_UNKNOWN'));
  await assert.rejects(visits({ lineId: 'L1', regionId: 'R1' }), rejectedAs('ONE_OF_THEM'));
  await assert.rejects(visits({ from: '2026-01-01', to: '2026-12-31' }), rejectedAs('PERIOD_INVALID'));
  await assert.rejects(billing.routes.markStop({ routeId, stopId: '1', mark: 'ROVING_STOP_MARK_VISITED', reason: '' }, by('cashier:C65')), rejectedAs('NOT_ITS_DAY'));
  await billing.service.kill();
  await billing.start();
  const { route } = await billing.routes.amendRoute({ routeId, collectorIds: ['C65'], deviceId: '', blockId, stops: [{ ...stop('王家村', '08:00', '09:00', 'L1'), stopId: '1' }] }, by(MANAGER));
  assert.deepEqual(route!.stops.map(({ stop: one }) => [one!.stopId, one!.version, one!.from]), [['1', 2, '08:00']]);
  assert.equal((await billing.routes.cancelRoute({ routeId, reason: '道路塌方' }, by(MANAGER))).route!.status, 'ROVING_ROUTE_STATUS_CANCELLED');
  assert.equal((await billing.routes.planRoute(request, by(MANAGER, 'AGAIN'))).route!.routeId, `T7.${day}.2`);
  assert.deepEqual(await billing.routes.planRoute(request, by(MANAGER, 'PLAN')), planned, 'also after it was cancelled and planned anew');
  await eventually('the events', () => billing.eventsOf('prepaid-billing.roving-route.v1', routeId).length === 4);
  assert.deepEqual(billing.eventsOf('prepaid-billing.roving-route.v1', routeId).map(({ type }) => type.split('.').at(-1)), ['RovingRoutePlanned', 'RovingRoutePublished', 'RovingRouteChanged', 'RovingRouteCancelled']);
  await eventually('both are listed', async () => (await billing.routes.listRoutes({ from: day, to: day, teamId: 'T7', collectorId: 'C65', pageSize: 0, pageToken: '' }, { actor: CASHIER })).routes.length === 2);
});

const AT = new Date('2026-03-02T04:00:00Z');
const village = (n: number) => `7${String(n).padStart(9, '0')}`;
const syncDevice = (deviceId: string, records: readonly SignedRecord[]) => billing.roving.syncDevice({ deviceId, records: [...records] }, by(ROVER));

/** A device of the collector, enrolled, with a block of numbers. */
async function outfit(deviceId: string, series: string, numbers: number): Promise<FieldDevice> {
  const device = new FieldDevice({ deviceId, collectorId: 'C81', seed: Buffer.from(deviceId.padEnd(32)) });
  await billing.roving.enrolDevice({ ...device.enrolment, teamId: 'T1', replaces: '' }, by(MANAGER));
  await billing.invoices.issueInvoiceBlock({ series, count: numbers, collectorId: 'C81', deviceId, fromSerial: 0 }, by(MANAGER));
  return device;
}

test('a device comes back from the villages: enrolled, synced, listed, and told on its topics', async () => {
  const device = await outfit('D81', 'W1', 10);
  const receipt = device.receipt(number('W1', 1), village(1), 2_000n, AT);
  device.void(receipt, AT);
  device.receipt(number('W1', 2), village(2), 3_000n, AT);
  device.receipt(number('W1', 3), '9000000001', 500n, AT);
  const answer = await syncDevice('D81', device.records.toReversed());
  assert.deepEqual(answer.answers.map(({ sequence, code, duplicate }) => [sequence, code, duplicate]), [[4, 'ACCOUNT_UNKNOWN', false], [3, '', false], [2, '', false], [1, '', false]]);
  assert.deepEqual([answer.through, answer.highest, answer.missing], [4, 4, []]);
  assert.deepEqual((await syncDevice('D81', device.records)).answers.map(({ postingId, duplicate }) => [postingId, duplicate]), answer.answers.toReversed().map(({ postingId }) => [postingId, true]));
  assert.deepEqual((await billing.balance(village(2))).balanceFen, 3_000n);
  const found = await billing.roving.getDevice({ deviceId: 'D81' }, { actor: MANAGER });
  assert.deepEqual([found.device!.through, found.device!.collectorId, found.missing], [4, 'C81', []]);
  assert.deepEqual((await billing.roving.listDevices({ collectorId: 'C81', teamId: '', pageSize: 0, pageToken: '' }, { actor: MANAGER })).devices.map(({ deviceId }) => deviceId), ['D81']);
  const open = () => billing.roving.listDeviceRecords({ deviceId: 'D81', openOnly: true, fromSequence: 0, pageSize: 0 }, { actor: ROVER });
  await eventually('the list', async () => (await open()).records.map(({ sequence }) => sequence).join() === '4');
  await assert.rejects(billing.roving.enrolDevice({ ...device.enrolment, teamId: 'T1', replaces: '' }, by(ROVER)), (error: Rejected) => error.rejection.code === 'ROLE_NOT_ALLOWED');
  const types = (topic: string, subject: string) => billing.eventsOf(topic, subject).map(({ type }) => type.replace('youdian.billing.v1.', '')).join();
  await eventually('the events', () => types('prepaid-billing.device.v1', 'D81') === 'DeviceEnrolled,DeviceSynced' && types('prepaid-billing.device-record.v1', 'D81.4') === 'DeviceRecordReceived,DeviceRecordSettled');
});

test('killed in the midst of a sync: the same again, and each receipt is in the ledger once', async () => {
  const device = await outfit('D82', 'W2', 40);
  for (let n = 1; n <= 30; n++) device.receipt(number('W2', n), village(100 + n), 1_000n, AT);
  for (const receipt of device.records.slice(0, 5)) device.void(receipt, AT);
  await billing.service.stop();
  // The first commits are those with which it takes its shards over.
  const doomed = await billing.start({ YOUDIAN_KILL_AT: 'commit.before:9' });
  const gone = new Promise((resolve) => doomed.child.once('exit', resolve));
  await syncDevice('D82', device.records).catch(() => undefined);
  doomed.child.kill('SIGKILL');
  await gone;
  await billing.start();
  const answers = async () => (await syncDevice('D82', device.records)).answers;
  await eventually('all posted', async () => (await answers()).every(({ status }) => status === 'DEVICE_RECORD_STATUS_POSTED'));
  const { used, usedFen, void: voids, pending } = await billing.invoices.getInvoiceBlock({ blockId: number('W2', 1) }, { actor: MANAGER });
  assert.deepEqual([used, usedFen, voids, pending], [25, 25_000n, 5, 0]);
  const balances = await Promise.all(device.records.slice(0, 30).map(async ({ accountNo }) => (await billing.balance(accountNo)).balanceFen));
  assert.deepEqual(balances, Array.from({ length: 30 }, (_, n) => (n < 5 ? 0n : 1_000n)));
});
