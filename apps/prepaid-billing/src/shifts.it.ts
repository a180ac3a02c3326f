import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DeclaredInvoices } from '@youdian/contracts-billing/shifts';
import { dumpShard } from '@youdian/commit-log';
import { Rejected } from '@youdian/rejection';
import { MongoClient } from 'mongodb';
import { decodePostings, shardName } from './shards/definition.ts';
import { eventually, startBilling, type Billing } from './it-fixture.ts';

let billing: Billing;
let accounts = 0;
const newAccount = () => (++accounts).toString().padStart(10, '0');
const by = (actor: string, idempotencyKey: string = randomUUID()) => ({ actor, idempotencyKey });
const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;
const open = (collector: string, key?: string) => billing.shifts.openShift({ outletId: 'HALL-1', teamId: 'TEAM-1', floatFen: 20_000n }, by(collector, key));
const declare = (invoices: number, voids: number, invoiceFen: bigint, slipsFen: bigint) => ({
  invoiceCount: BigInt(invoices), voidCount: BigInt(voids), invoiceFen, countedCashFen: 20_000n + invoiceFen, devices: [],
  slips: slipsFen > 0n ? [{ slipNo: randomUUID() as string, bank: '农行', bankAccount: '6222', paidInBy: '', amountFen: slipsFen, depositedAt: new Date() }] : [],
});
const closing = (shiftId: string, declared: ReturnType<typeof declare>, invoices?: Partial<DeclaredInvoices>) => ({ shiftId, declared, invoices: invoices && DeclaredInvoices.fromPartial(invoices) });
const line = (invoiceNo: string, accountNo: string, amountFen: bigint) => ({ invoiceNo, accountNo, amountFen, voided: false, takenAt: undefined });
/** Proposed by the manager M01, approved by M02. */
const correct = async (shiftId: string, differenceId: string, key = randomUUID()) => {
  await billing.dayClose.proposeCorrection({ shiftId, differenceId }, by('manager:M01', key));
  return (await billing.dayClose.decideCorrection({ shiftId, differenceId, approve: true, reason: '已核实' }, by('manager:M02', key))).shift!;
};

/** The same call again for as long as the answer is to come later. */
async function surely<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Rejected) || error.rejection.kind !== 'unavailable') throw error;
    }
  }
}
/** What is in the accounts of the chart, over all shards. */
async function totals(): Promise<(account: string) => bigint> {
  const client = await MongoClient.connect(billing.env.MONGODB_URI, { useBigInt64: true });
  const sums = new Map<string, bigint>();
  for (let shard = 0; shard < 4; shard++) {
    for await (const { postings } of dumpShard(client.db(), shardName(shard), decodePostings)) {
      for (const { account, amountFen } of postings.flatMap(({ entries }) => entries)) sums.set(account, (sums.get(account) ?? 0n) + amountFen);
    }
  }
  await client.close();
  return (account) => sums.get(account) ?? 0n;
}
async function* statement(text: string) {
  yield { chunk: { source: '6222', columns: {}, content: Buffer.alloc(0) } };
  for (let from = 0; from < text.length; from += 10_000) yield { chunk: { source: '', columns: {}, content: Buffer.from(text.slice(from, from + 10_000)) } };
}
const importing = async (text: string, deadlineMs?: number) => (await billing.dayClose.importBankStatement(statement(text), { ...by('manager:M01'), ...(deadlineMs && { deadlineMs }) })).statements[0]!;

const typesOf = (shiftId: string) => billing.eventsOf('prepaid-billing.shift.v1', shiftId).map(({ type }) => type.split('.').at(-1));

before(async () => { billing = await startBilling(); });
after(() => billing?.stop());

test('a day at the counter: open, take, reverse, bank, close to zero, signed off by another', async () => {
  const cashier = 'cashier:C11';
  const { shift } = await open(cashier, 'O1');
  assert.deepEqual((await open(cashier, 'O1')).shift, shift, 'a retry gets the first answer');
  await assert.rejects(open(cashier), rejectedAs('SHIFT_STILL_OPEN'));
  const taken = await Promise.all(Array.from({ length: 12 }, (_, i) => billing.topUp(newAccount(), BigInt(1_000 + i), randomUUID(), cashier)));
  await billing.topUp(newAccount(), 777n, randomUUID(), 'cashier:C99'); // somebody else's
  await billing.calls.reverseTopUp({ accountNo: taken[0]!.accountNo, postingId: taken[0]!.postingId, reason: '录错' }, by(cashier));
  const netFen = taken.slice(1).reduce((sum, { amountFen }) => sum + amountFen, 0n);
  const declared = declare(12, 1, netFen, netFen);
  const close = (key: string) => billing.shifts.closeShift(closing(shift!.shiftId, declared), by(cashier, key));
  const closed = (await close('C1')).shift!;
  assert.deepEqual(closed.records, { topUpCount: 12n, topUpFen: netFen + taken[0]!.amountFen, reversedCount: 1n, reversedFen: taken[0]!.amountFen });
  assert.deepEqual([closed.sums!.balanced, closed.sums!.recordsFen, closed.sums!.slipsFen], [true, netFen, netFen]);
  assert.deepEqual((await close('C1')).shift, closed);
  const { records } = await billing.shifts.listShiftRecords({ shiftId: shift!.shiftId }, { actor: 'manager:M01' });
  assert.equal(records.length, 13, 'every record behind the sums');
  assert.equal(records.reduce((sum, { amountFen }) => sum + amountFen, 0n), netFen);
  await assert.rejects(billing.topUp(newAccount(), 1n, randomUUID(), cashier), rejectedAs('SHIFT_CLOSED'));
  await assert.rejects(billing.shifts.signOffShift({ shiftId: shift!.shiftId, reason: '' }, by('manager:C11')), rejectedAs('SECOND_PERSON_NEEDED'));
  const signed = (await billing.shifts.signOffShift({ shiftId: shift!.shiftId, reason: '' }, by('cashier:C12'))).shift!;
  assert.deepEqual([signed.status, signed.signedOffBy], ['SHIFT_STATUS_SIGNED_OFF', 'cashier:C12']);
  const next = (await open(cashier)).shift!;
  assert.notEqual(next.shiftId, shift!.shiftId);
  await billing.topUp(newAccount(), 1n, randomUUID(), cashier);
  const types = () => typesOf(shift!.shiftId).filter((type) => !/^(Close|Cash)/.test(type!)); // what is due depends on the hour
  await eventually('the events of the shift', () => types().length === 4);
  assert.deepEqual(types(), ['ShiftOpened', 'ShiftClosed', 'ShiftBooked', 'ShiftSignedOff']);
});

/** As the ledger has it. */
async function firstInvoiceOf(shiftId: string): Promise<string> {
  return (await billing.shifts.listShiftRecords({ shiftId }, { actor: 'manager:M01' })).records[0]!.invoiceNo;
}

test('a shift that does not close to zero says where, and needs a manager with a reason', async () => {
  const cashier = 'cashier:C21';
  await billing.topUp(newAccount(), 1_000n, randomUUID(), cashier); // a moment before: without a shift
  const { shiftId } = (await open(cashier)).shift!;
  for (let i = 0; i < 5; i++) await billing.topUp(newAccount(), 1_000n, randomUUID(), cashier);
  const declared = declare(4, 0, 4_000n, 4_000n); // an invoice is missing
  const { sums } = (await billing.shifts.closeShift(closing(shiftId, declared), by(cashier))).shift!;
  assert.deepEqual([sums!.invoicesLessRecordsFen, sums!.recordsLessSlipsFen, sums!.cashOverFen, sums!.invoiceCountDifference, sums!.balanced], [-1_000n, 1_000n, -1_000n, -1n, false]);
  const { differences } = await billing.dayClose.explainShift({ shiftId }, { actor: cashier });
  assert.deepEqual(differences.map(({ kind, amountFen }) => [kind, amountFen]), [['CASH_SHORT', 1_000n], ['UNEXPLAINED', 1_000n]]);
  await assert.rejects(billing.shifts.signOffShift({ shiftId, reason: '漏开' }, by('cashier:C22')), rejectedAs('MANAGER_NEEDED'));
  const { invoiceCount, voidCount, invoiceFen } = declared;
  const paper = { shiftId, invoiceCount, voidCount, invoiceFen, invoices: { allListed: false, lines: [], withoutPaper: [await firstInvoiceOf(shiftId)] } };
  const recounted = (await billing.dayClose.recountInvoices(paper, by(cashier, 'R1'))).shift!;
  assert.deepEqual([(await billing.dayClose.recountInvoices(paper, by(cashier, 'R1'))).shift, recounted.invoiceRecounts], [recounted, 1]);
  const listed = (await billing.dayClose.explainShift({ shiftId }, { actor: cashier })).differences;
  assert.deepEqual(listed.map(({ kind }) => kind), ['UNPAID_RECORD'], 'now that the paper is said to the line, one record has neither paper nor money');
  await billing.shifts.signOffShift({ shiftId, reason: '漏开一张,明日补开' }, by('manager:M01'));
  const { day } = (await billing.shifts.getShift({ shiftId }, { actor: cashier })).shift!;
  await eventually('the day close', async () => {
    const close = await billing.shifts.getDayClose({ day }, { actor: 'manager:M01' });
    return close.company!.unbalanced === 1 && close.shifts.some((shift) => shift.shiftId === shiftId && shift.signOffReason !== '') && close.outlets[0]!.recordsFen === close.company!.recordsFen;
  });
});

test('differences are explained to the line and put right by postings of two persons; then the shift closes to zero', async () => {
  const cashier = 'cashier:C41';
  const { shiftId } = (await open(cashier)).shift!;
  const taken: Awaited<ReturnType<Billing['topUp']>>[] = [];
  for (let i = 0; i < 5; i++) taken.push(await billing.topUp(newAccount(), BigInt(1_000 + i), randomUUID(), cashier));
  const [wrongAccount, wrongAmount, , , unpaid] = taken as [typeof taken[0], typeof taken[0], unknown, unknown, typeof taken[0]];
  const other = newAccount();
  // The paper: one is another account's, one says 1,000 fen more, which are in the till; and of one there is neither paper nor money.
  const invoices = { lines: [line(wrongAccount!.invoiceNo, other, 1_000n), line(wrongAmount!.invoiceNo, wrongAmount!.accountNo, 2_001n)], withoutPaper: [unpaid!.invoiceNo] };
  await billing.shifts.closeShift(closing(shiftId, declare(4, 0, 5_006n, 5_006n), invoices), by(cashier));
  const explain = () => billing.dayClose.explainShift({ shiftId }, { actor: cashier });
  const { differences, takenFen, unsettled } = await explain();
  assert.deepEqual(differences.map(({ kind, amountFen }) => `${kind} ${amountFen}`), ['WRONG_ACCOUNT 1000', 'WRONG_AMOUNT 1000', 'UNPAID_RECORD 1004']);
  assert.deepEqual([takenFen, unsettled], [5_006n, 3]);
  const [first] = differences as [typeof differences[0]];
  await assert.rejects(billing.shifts.signOffShift({ shiftId, reason: '' }, by('cashier:C42')), rejectedAs('MANAGER_NEEDED'));
  await assert.rejects(billing.dayClose.proposeCorrection({ shiftId, differenceId: 'x' }, by(cashier)), rejectedAs('DIFFERENCE_UNKNOWN'));
  await billing.dayClose.proposeCorrection({ shiftId, differenceId: first!.differenceId }, by('manager:M01'));
  for (const person of ['manager:C41', 'admin:M01']) {
    await assert.rejects(billing.dayClose.decideCorrection({ shiftId, differenceId: first!.differenceId, approve: true, reason: '已核实' }, by(person)), rejectedAs('SECOND_PERSON_NEEDED'));
  }
  await billing.dayClose.decideCorrection({ shiftId, differenceId: first!.differenceId, approve: true, reason: '已核实' }, by('manager:M02'));
  for (const { differenceId } of differences.slice(1)) await correct(shiftId, differenceId);
  const balances = async () => Promise.all([wrongAccount!.accountNo, other, wrongAmount!.accountNo, unpaid!.accountNo].map(async (no) => (await billing.balance(no)).balanceFen));
  assert.deepEqual(await balances(), [0n, 1_000n, 2_001n, 0n]);
  assert.deepEqual((await billing.statement(other)).map(({ kind, amountFen, reference }) => [kind, amountFen, reference]), [['STATEMENT_ENTRY_KIND_CORRECTION', 1_000n, `${shiftId}/${first!.differenceId}`]]);
  assert.equal((await explain()).unsettled, 0);
  assert.equal((await billing.shifts.signOffShift({ shiftId, reason: '' }, by('cashier:C42'))).shift!.status, 'SHIFT_STATUS_SIGNED_OFF');
  await eventually('the event', () => billing.eventsOf('prepaid-billing.posting.v1', other).some(({ type }) => type.endsWith('CorrectionPosted')));
});

test("the bank's statement: each line once, money from transit to the bank, what no slip explains in suspense", async () => {
  const cashier = 'cashier:C61';
  const take = async () => {
    const { shiftId, day } = (await open(cashier)).shift!;
    await billing.topUp(newAccount(), 5_000n, randomUUID(), cashier);
    return { shiftId, day };
  };
  const close = (shiftId: string, slipNo: string) => {
    const declared = declare(1, 0, 5_000n, 5_000n);
    return billing.shifts.closeShift(closing(shiftId, { ...declared, slips: declared.slips.map((slip) => ({ ...slip, slipNo, bankAccount: '' })) }), by(cashier));
  };
  const first = await take();
  await close(first.shiftId, '61000001');
  const closedShifts = async () => (await billing.shifts.getDayClose({ day: first.day }, { actor: cashier })).shifts.filter(({ status }) => status === 'SHIFT_STATUS_CLOSED');
  await eventually('the read document of the shift', async () => (await closedShifts()).some(({ shiftId }) => shiftId === first.shiftId));
  const rows = ['entryRef,bookedOn,amount,text', `E1,${first.day},50.00,进账单 61000001`, `E2,${first.day},50.00,进账单 61000002`, `E3,${first.day},-12.34,房租 张三`].join('\n');
  const before = await totals();
  const report = await importing(rows);
  assert.deepEqual([report.taken, report.matched, report.duplicate, report.rejected], [3, 1, 0, 0]);
  const again = await importing(rows.replace('-12.34', '-12.35'));
  assert.deepEqual([again.taken, again.duplicate, again.rejectedLines.map(({ code }) => code)], [0, 2, ['ENTRY_REUSED']]);
  const entry = `<Ntry><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>${first.day}</Dt></BookgDt><AcctSvcrRef>E1</AcctSvcrRef></Ntry>`;
  const account = '<Acct><Id><Othr><Id>6222</Id></Othr></Id><Ccy>CNY</Ccy></Acct>';
  const camt = await importing(`<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S1</Id>${account}${entry}</Stmt></BkToCstmrStmt></Document>`);
  assert.deepEqual([camt.statementId, camt.taken, camt.duplicate, camt.rejected], ['6222/S1', 0, 1, 0], 'also as CAMT.053 it is the same line');
  const moved = async () => {
    const now = await totals();
    return ['bank', 'transit:C61', 'suspense:bank', 'cash:C61'].map((account) => now(account) - before(account));
  };
  assert.deepEqual(await moved(), [8_766n, -5_000n, -3_766n, 0n]);
  const unmatched = async () => (await billing.dayClose.listUnmatchedBankLines({ bankAccount: '6222', pageSize: 0, pageToken: '' }, { actor: 'manager:M01' })).lines.map(({ entryRef }) => entryRef);
  await eventually('the read documents', async () => (await unmatched()).join() === 'E2,E3' || (await unmatched()).join() === 'E3,E2');
  const explained = await billing.dayClose.explainShift({ shiftId: first.shiftId }, { actor: cashier });
  assert.deepEqual([explained.sums!.bankFen, explained.differences], [5_000n, []]);
  // A slip that is filed later finds its line.
  const second = await take();
  assert.equal((await close(second.shiftId, '61000002')).shift!.sums!.balanced, true);
  assert.deepEqual(await moved(), [8_766n, -5_000n, 1_234n, 0n]);
  await eventually('the read documents', async () => (await unmatched()).join() === 'E3');
  assert.ok(billing.events.every(({ data }) => !Buffer.from(data).includes('张三')), 'the text stays with the bank');
});

test('what was banked after the close is filed, and booked: then the shift closes to zero', async () => {
  const cashier = 'cashier:C91';
  const { shiftId } = (await open(cashier)).shift!;
  await billing.topUp(newAccount(), 5_000n, randomUUID(), cashier);
  await billing.shifts.closeShift(closing(shiftId, declare(1, 0, 5_000n, 3_000n)), by(cashier));
  const kinds = async () => (await billing.dayClose.explainShift({ shiftId }, { actor: cashier })).differences.map(({ kind }) => kind);
  assert.deepEqual(await kinds(), ['SHORT_DEPOSIT']);
  const slips = declare(0, 0, 0n, 2_000n).slips;
  await assert.rejects(billing.dayClose.fileSlips({ shiftId, slips }, by('cashier:C92')), rejectedAs('NOT_YOUR_SHIFT'));
  const filed = (await billing.dayClose.fileSlips({ shiftId, slips }, by(cashier, 'F1'))).shift!;
  assert.deepEqual((await billing.dayClose.fileSlips({ shiftId, slips }, by(cashier, 'F1'))).shift, filed);
  assert.deepEqual([await kinds(), filed.sums!.recordsLessSlipsFen], [[], 0n]);
  const now = await totals();
  assert.deepEqual([now('cash:C91'), now('transit:C91')], [0n, 5_000n]);
});

test('where a fund has a keeper, nobody else lets its money go', async () => {
  const cashier = 'cashier:C81';
  const { shiftId, day } = (await open(cashier)).shift!;
  const { accountNo } = await billing.topUp(newAccount(), 5_000n, randomUUID(), cashier);
  const declared = declare(1, 0, 5_000n, 4_990n);
  await billing.shifts.closeShift(closing(shiftId, { ...declared, countedCashFen: declared.countedCashFen - 10n }), by(cashier));
  const [short] = (await billing.dayClose.explainShift({ shiftId }, { actor: cashier })).differences;
  assert.equal(short!.kind, 'CASH_SHORT');
  const { refundId } = await billing.calls.requestRefund({ accountNo, amountFen: 100n, reason: '搬迁' }, by(cashier));
  for (const [fund, keeperId] of [['FUND_SUSPENSE', 'K01'], ['FUND_REFUNDS', 'K02']] as const) {
    const { appointment } = await billing.keepers.appointKeeper({ fund, keeperId, fromDay: day }, by('manager:M01'));
    await assert.rejects(billing.keepers.confirmKeeper({ fund, appointmentId: appointment!.appointmentId }, by('manager:M01')), rejectedAs('SECOND_PERSON_NEEDED'));
    await billing.keepers.confirmKeeper({ fund, appointmentId: appointment!.appointmentId }, by('manager:M02'));
  }
  const { funds } = await billing.keepers.listKeepers({ day: '' }, { actor: cashier });
  assert.deepEqual(funds.map(({ fund, keeper }) => [fund, keeper?.keeperId]), [
    ['FUND_PREPAID', undefined], ['FUND_CASH', undefined], ['FUND_TRANSIT', undefined], ['FUND_BANK', undefined], ['FUND_REFUNDS', 'K02'], ['FUND_SUSPENSE', 'K01'],
  ]);
  await assert.rejects(correct(shiftId, short!.differenceId), rejectedAs('KEEPER_NEEDED'));
  await billing.dayClose.decideCorrection({ shiftId, differenceId: short!.differenceId, approve: true, reason: '已核实' }, by('manager:K01'));
  const refund = (actor: string) => billing.calls.decideRefund({ accountNo, refundId, approve: true, reason: '已核实' }, by(actor));
  await assert.rejects(refund('manager:K01'), rejectedAs('KEEPER_NEEDED'));
  assert.equal((await refund('manager:K02')).balanceFen, 4_900n);
});

test('killed in the midst of a statement, the same again takes each line once', async () => {
  const rows = ['entryRef,bookedOn,amount,text', ...Array.from({ length: 1_500 }, (_, n) => `K${n},2026-03-02,1.00,`)].join('\n');
  const before = await totals();
  const first = importing(rows, 3_000).catch(() => undefined);
  await eventually('some lines', () => billing.events.some(({ type, data }) => type.endsWith('BankLineTaken') && Buffer.from(data).includes('"K')));
  await billing.service.kill();
  await billing.start();
  await first;
  let report: Awaited<ReturnType<typeof importing>> | undefined;
  await eventually('the import', async () => (report = await importing(rows).catch(() => undefined)) !== undefined);
  assert.deepEqual([report!.taken + report!.duplicate, report!.rejected], [1_500, 0]);
  const after = await totals();
  assert.deepEqual(['bank', 'suspense:bank'].map((account) => after(account) - before(account)), [150_000n, -150_000n]);
});

test('killed in the midst of corrections, each is posted once, though nobody calls again', async () => {
  const cashier = 'cashier:C51';
  const { shiftId } = (await open(cashier)).shift!;
  const wrong = await Promise.all(Array.from({ length: 6 }, async () => ({ taken: await billing.topUp(newAccount(), 1_000n, randomUUID(), cashier), right: newAccount() })));
  const invoices = { lines: wrong.map(({ taken, right }) => line(taken.invoiceNo, right, 1_000n)) };
  await billing.shifts.closeShift(closing(shiftId, declare(6, 0, 6_000n, 6_000n), invoices), by(cashier));
  const { differences } = await billing.dayClose.explainShift({ shiftId }, { actor: cashier });
  assert.equal(differences.length, 6);
  for (const { differenceId } of differences) await surely(() => billing.dayClose.proposeCorrection({ shiftId, differenceId }, by('manager:M01', differenceId)));
  const deciding = differences.map(({ differenceId }) =>
    billing.dayClose.decideCorrection({ shiftId, differenceId, approve: true, reason: '已核实' }, { ...by('manager:M02', differenceId), deadlineMs: 2_000 }).catch(() => undefined));
  await Promise.race(deciding);
  await billing.service.kill();
  await billing.start();
  await Promise.all(deciding);
  const corrections = async () => (await billing.shifts.getShift({ shiftId }, { actor: cashier })).shift!.corrections;
  await eventually('what was approved is posted', async () => (await corrections().catch(() => [])).some(({ status }) => status === 'CORRECTION_STATUS_BOOKED') && (await corrections()).every(({ status }) => status !== 'CORRECTION_STATUS_APPROVED'));
  const approved = new Set((await corrections()).filter(({ status }) => status === 'CORRECTION_STATUS_BOOKED').map(({ differenceId }) => differenceId));
  assert.ok(approved.size > 0);
  for (const { differenceId, invoiceNos } of differences) {
    const { taken, right } = wrong.find(({ taken: { invoiceNo } }) => invoiceNo === invoiceNos[0])!;
    const entries = await billing.statement(right);
    assert.deepEqual(entries.map(({ amountFen }) => amountFen), approved.has(differenceId) ? [1_000n] : []);
    assert.equal((await billing.balance(taken.accountNo)).balanceFen, approved.has(differenceId) ? 0n : 1_000n);
  }
  for (const { differenceId } of differences) await surely(() => billing.dayClose.decideCorrection({ shiftId, differenceId, approve: true, reason: '已核实' }, by('manager:M02', differenceId)));
  assert.equal((await billing.dayClose.explainShift({ shiftId }, { actor: cashier })).unsettled, 0);
});

test('killed in the midst of a close, the same call again closes it with the same sums, and nothing is taken after', async () => {
  const cashier = 'cashier:C31';
  const { shiftId } = (await open(cashier)).shift!;
  let answered = 0n;
  let taking = true;
  const take = async () => {
    while (taking) {
      const accountNo = newAccount();
      const key = randomUUID();
      for (;;) {
        const outcome = await billing.calls.topUp({ accountNo, amountFen: 10n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined }, { ...by(cashier, key), deadlineMs: 2_000 }).catch((error: Rejected) => error.rejection);
        if ('postingId' in outcome) answered += outcome.amountFen;
        else if (outcome.kind === 'unavailable' && taking) continue;
        else if (outcome.kind !== 'unavailable') taking = false;
        break;
      }
    }
  };
  const working = Promise.all(Array.from({ length: 4 }, take));
  await eventually('some money', () => answered >= 500n);
  const declared = declare(0, 0, 0n, 0n);
  const firstCall = billing.shifts.closeShift(closing(shiftId, declared), by(cashier, 'K1')).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await billing.service.kill();
  await billing.start();
  await firstCall;
  let closed;
  await eventually('the close', async () => (closed = await billing.shifts.closeShift(closing(shiftId, declared), by(cashier, 'K1')).catch(() => undefined)) !== undefined);
  taking = false;
  await working;
  const again = (await billing.shifts.closeShift(closing(shiftId, declared), by(cashier, 'K1'))).shift!;
  assert.deepEqual(again, (closed as unknown as { shift: unknown }).shift);
  // Whatever was acknowledged is in the sum; what was posted with its answer lost may be there too, but nothing that came after.
  assert.ok(again.records!.topUpFen >= answered, `${again.records!.topUpFen} < ${answered}`);
  const mine = () => new Set(billing.events.filter(({ type, data }) => type.endsWith('TopUpPosted') && JSON.parse(Buffer.from(data).toString()).collectorId === 'C31').map(({ id }) => id));
  await eventually('every event', () => BigInt(mine().size) >= again.records!.topUpCount);
  assert.equal(BigInt(mine().size), again.records!.topUpCount);
  await assert.rejects(billing.topUp(newAccount(), 1n, randomUUID(), cashier), rejectedAs('SHIFT_CLOSED'));
});

test('after the cut-off what is not closed or not banked is told once, and so is cash above its limit, which is taken nevertheless', async () => {
  const [late, poor] = ['cashier:C71', 'cashier:C72'];
  await billing.service.stop();
  await billing.start({ SHIFT_CUT_OFF: '00:00', CASH_LIMIT_FEN: '1000' });
  let opened: Awaited<ReturnType<typeof open>> | undefined;
  await eventually('the service', async () => (opened = await open(late!, 'D1').catch(() => undefined)) !== undefined);
  const [open1, open2] = [opened!.shift!, (await open(poor!)).shift!];
  await billing.topUp(newAccount(), 1_001n, randomUUID(), late);
  await billing.topUp(newAccount(), 1_000n, randomUUID(), poor);
  await billing.shifts.closeShift(closing(open2.shiftId, declare(1, 0, 1_000n, 400n)), by(poor!));
  const told = (shiftId: string) => typesOf(shiftId).filter((type) => /^(Close|Cash)/.test(type!)).sort();
  const all = () => [told(open1.shiftId), told(open2.shiftId).filter((type) => type !== 'CloseOverdue')];
  const expected = [['CashLimitExceeded', 'CloseOverdue'], ['CashNotBanked']];
  await eventually('what is told', () => JSON.stringify(all()) === JSON.stringify(expected));
  await billing.topUp(newAccount(), 1n, randomUUID(), late);
  const { amountFen } = await billing.topUp(newAccount(), 9n, randomUUID(), late);
  await billing.shifts.closeShift(closing(open1.shiftId, declare(3, 0, 1_011n, 1_011n)), by(late!));
  assert.equal(amountFen, 9n);
  await eventually('the end of the episode', () => told(open1.shiftId).includes('CashBackInLimit'));
  assert.deepEqual(all(), [['CashBackInLimit', ...expected[0]!], expected[1]], 'each once');
});
