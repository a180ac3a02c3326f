import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { MongoClient, type Binary } from 'mongodb';
import { Rejected } from '@youdian/rejection';
import { Charge } from '@youdian/contracts-billing/events';
import { PostManyRequest, type PostManyResponse } from '@youdian/contracts-billing/post_many';
import { listDeadLetters } from '@youdian/messaging';
import { eventually, startBilling, type Billing } from './it-fixture.ts';

const POSTING = 'prepaid-billing.posting.v1';
const ARREARS = 'prepaid-billing.arrears.v1';
const STRANGER = '9000000001';
const CASHIER = 'cashier:C01';
const MANAGER = 'manager:M01';
const TRANSFERS = 200;
const IN_FLIGHT = 16;

let billing: Billing;
let accounts = 0;
const newAccount = () => (++accounts).toString().padStart(10, '0');
const by = (actor: string, idempotencyKey: string = randomUUID()) => ({ actor, idempotencyKey });
const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;
const typesOf = (topic: string, accountNo: string) => billing.eventsOf(topic, accountNo).map(({ type }) => type.replace('youdian.billing.v1.', ''));

/** 农电 may charge account numbers that begin with 8. */
const SENDERS = [{ id: 'billing-center', name: '算费中心' }, { id: 'rural-grid', name: '农电', accountPrefixes: ['8'] }];
const RURAL = 'integrator:rural-grid';
let farms = 0;
const newFarm = () => `8${(++farms).toString().padStart(9, '0')}`;

before(async () => { billing = await startBilling({ CHARGE_SENDERS: JSON.stringify(SENDERS) }); });
after(() => billing?.stop());

test('a top-up of today is reversed by who took it, once, and the statement shows both', async () => {
  const accountNo = newAccount();
  const { postingId, invoiceNo } = await billing.topUp(accountNo, 5_000n);
  const reverse = (actor: string, key?: string) => billing.calls.reverseTopUp({ accountNo, postingId, reason: '录错金额' }, by(actor, key));
  await assert.rejects(reverse('cashier:C02'), rejectedAs('NOT_YOUR_TOP_UP'));
  await assert.rejects(billing.calls.reverseTopUp({ accountNo, postingId, reason: ' ' }, by(CASHIER)), rejectedAs('REASON_MISSING'));
  await assert.rejects(billing.calls.reverseTopUp({ accountNo, postingId: '00-999999', reason: '录错' }, by(CASHIER)), rejectedAs('TOP_UP_UNKNOWN'));
  const first = await reverse(CASHIER, 'R1');
  assert.deepEqual([first.invoiceNo, first.amountFen, first.balanceFen], [invoiceNo, 5_000n, 0n]);
  assert.deepEqual(await reverse(CASHIER, 'R1'), first, 'a retry gets the first answer');
  await assert.rejects(reverse(CASHIER), rejectedAs('ALREADY_REVERSED'));
  const entries = await billing.statement(accountNo);
  assert.deepEqual(entries.map(({ kind, amountFen, reference }) => [kind.replace('STATEMENT_ENTRY_KIND_', ''), amountFen, reference]), [
    ['TOP_UP_REVERSED', -5_000n, postingId], ['TOP_UP', 5_000n, ''],
  ]);
  await eventually('both events', () => typesOf(POSTING, accountNo).length === 2);
  assert.deepEqual(typesOf(POSTING, accountNo), ['TopUpPosted', 'TopUpReversed']);
});

test('a refund takes two persons; until the second has spoken it is listed', async () => {
  const accountNo = newAccount();
  await billing.topUp(accountNo, 5_000n);
  const { refundId } = await billing.calls.requestRefund({ accountNo, amountFen: 3_000n, reason: '搬迁' }, by(CASHIER));
  const mine = async () => (await billing.calls.listPendingRefunds({}, { actor: MANAGER })).refunds.filter((refund) => refund.accountNo === accountNo);
  assert.deepEqual((await mine()).map(({ amountFen, requestedBy, reason }) => [amountFen, requestedBy, reason]), [[3_000n, CASHIER, '搬迁']]);
  const decide = (actor: string, key?: string) => billing.calls.decideRefund({ accountNo, refundId, approve: true, reason: '已核实' }, by(actor, key));
  await assert.rejects(decide(CASHIER), rejectedAs('ROLE_NOT_ALLOWED'));
  await assert.rejects(decide('manager:C01'), rejectedAs('SECOND_PERSON_NEEDED'));
  const approved = await decide(MANAGER, 'D1');
  assert.deepEqual([approved.amountFen, approved.balanceFen], [3_000n, 2_000n]);
  assert.deepEqual(await decide(MANAGER, 'D1'), approved);
  assert.deepEqual(await mine(), []);
});

test('a transfer arrives, or comes back with the reason', async () => {
  const [from, to] = [newAccount(), newAccount()];
  await billing.topUp(from, 5_000n);
  const transfer = (toAccountNo: string, key?: string) => billing.calls.transferBalance({ accountNo: from, toAccountNo, amountFen: 2_000n, reason: '存错户' }, by(CASHIER, key));
  const done = await transfer(to, 'T1');
  assert.equal(done.status, 'TRANSFER_STATUS_DONE');
  assert.deepEqual(await transfer(to, 'T1'), done);
  assert.deepEqual([(await billing.balance(from)).balanceFen, (await billing.balance(to)).balanceFen], [3_000n, 2_000n]);
  const returned = await transfer(STRANGER);
  assert.deepEqual([returned.status, returned.code], ['TRANSFER_STATUS_RETURNED', 'ACCOUNT_UNKNOWN']);
  assert.equal((await billing.balance(from)).balanceFen, 3_000n);
  await assert.rejects(transfer('12'), rejectedAs('ACCOUNT_NO_INVALID'));
  const [incoming] = await billing.statement(to);
  assert.deepEqual([incoming!.kind, incoming!.otherAccountNo, incoming!.reference], ['STATEMENT_ENTRY_KIND_TRANSFER_IN', from, done.transferId]);
});

test('a charge past its due day is in arrears at once; a payment ends them', async () => {
  const accountNo = newAccount();
  await billing.charge({ chargeId: `LATE-${accountNo}`, accountNo, amountFen: '700', period: '2026-01', dueOn: '2026-02-20' });
  await eventually('the charge', async () => (await billing.balance(accountNo)).receivableFen === 700n);
  const arrears = await billing.calls.getArrears({ accountNo }, { actor: CASHIER });
  assert.deepEqual([arrears.receivableFen, arrears.overdueFen, arrears.owed.map(({ itemId, overdue }) => [itemId, overdue])], [700n, 700n, [[`LATE-${accountNo}`, true]]]);
  await billing.topUp(accountNo, 1_000n);
  await eventually('both events', () => typesOf(ARREARS, accountNo).length === 2);
  assert.deepEqual(typesOf(ARREARS, accountNo), ['ArrearsStarted', 'ArrearsCleared']);
  assert.deepEqual((await billing.calls.getArrears({ accountNo }, { actor: CASHIER })).owed, []);
});

test('the billing center adjusts a charge under an id of its own, once', async () => {
  const accountNo = newAccount();
  await billing.topUp(accountNo, 1_000n);
  const adjust = (amountFen: bigint) =>
    billing.calls.adjustCharge({ accountNo, adjustmentId: `A-${accountNo}`, chargeId: 'X', amountFen, period: '2026-02', dueOn: '2026-12-20', reason: '抄表差错' }, by('integrator:billing-center'));
  const first = await adjust(400n);
  assert.equal(first.balanceFen, 600n);
  assert.deepEqual(await adjust(400n), first, 'whatever the key');
  await assert.rejects(adjust(401n), rejectedAs('ADJUSTMENT_ID_REUSED'));
});

test('a batch of charges is answered with what became of its lines, also when it is sent twice and killed in between', async () => {
  const batchId = 'night-1';
  const accountNos = Array.from({ length: 50 }, newAccount);
  const lines = accountNos.map((accountNo, i) => ({ chargeId: `${batchId}/${i}`, accountNo, amountFen: '100', period: '2026-02', dueOn: '2026-12-20', batchId, line: i + 1 }));
  const stranger = { ...lines[0]!, chargeId: `${batchId}/s`, accountNo: STRANGER, line: 51 };
  const double = { ...lines[0]!, line: 52 };
  await billing.declare({ batchId, count: 52, sumFen: '5200' });
  await billing.charge(...lines.slice(0, 40));
  await billing.service.kill();
  await billing.start();
  await billing.charge(...lines, stranger, double);
  const answers = () => billing.eventsOf('prepaid-billing.charge-batch.v1', batchId);
  await eventually('the answer', () => answers().length === 1);
  const { acceptedCount, duplicateCount, rejectedCount, acceptedFen, sumMatches } = JSON.parse(Buffer.from(answers()[0]!.data).toString());
  assert.deepEqual([acceptedCount, duplicateCount, rejectedCount, acceptedFen, sumMatches], [50, 1, 1, '5000', true]);
  const asked = await billing.calls.getChargeBatch({ batchId }, { actor: 'integrator:billing-center' });
  assert.deepEqual([asked.settled, asked.acceptedCount], [true, 50]);
  for (const accountNo of accountNos) assert.equal((await billing.balance(accountNo)).receivableFen, 100n);
});

test('each sender has ids and rights of its own on the topic; who is no sender is left aside', async () => {
  const [farm, town] = [newFarm(), newAccount()];
  const charge = { chargeId: 'SAME', accountNo: farm, amountFen: '100', period: '2026-02', dueOn: '2026-12-20' };
  await billing.chargeAs('/billing-center', charge);
  await billing.chargeAs('/rural-grid', charge, { ...charge, chargeId: 'T', accountNo: town });
  await billing.chargeAs('/stranger', { ...charge, chargeId: 'U' });
  await eventually('both charges', async () => (await billing.balance(farm)).receivableFen === 200n);
  await eventually('the refusal', () => billing.eventsOf('prepaid-billing.charge-rejected.v1', 'rural-grid~T').length === 1);
  await eventually('the dead letter', async () => (await listDeadLetters({ brokers: [billing.infra.brokers], group: 'prepaid-billing' })).length === 1);
  assert.deepEqual((await billing.statement(farm)).map(({ chargeId }) => chargeId).sort(), ['SAME', 'rural-grid~SAME']);
  assert.equal((await billing.balance(town)).receivableFen, 0n);
});

const FILE_ROWS = 6_000;

test('a file of charges that a kill broke off goes on where it stopped, and its rejected lines can be read', async () => {
  const [farm, town] = [newFarm(), newAccount()];
  const head = { batchId: 'april', count: FILE_ROWS, sumFen: BigInt(FILE_ROWS) * 10n };
  const row = (n: number) => Buffer.from(`C${n},${n % 1_000 === 0 ? town : farm},10,2026-02,2026-12-20\n`);
  let killing: Promise<unknown> | undefined;
  async function* file(fromLine: number) {
    yield { ...head, fromLine, chunk: { columns: {}, source: '', content: Buffer.from('chargeId,accountNo,amountFen,period,dueOn\n') } };
    for (let n = fromLine; n <= FILE_ROWS; n += 500) {
      yield { batchId: '', count: 0, sumFen: 0n, fromLine: 0, chunk: { columns: {}, source: '', content: Buffer.concat(Array.from({ length: 500 }, (_, i) => row(n + i)).slice(0, FILE_ROWS + 1 - n)) } };
      if (n > 4_500 && !killing) {
        await eventually('some of it', () => asked().then(({ acceptedCount }) => acceptedCount > 1_000, () => false));
        await (killing = billing.service.kill());
      }
    }
  }
  const asked = () => billing.calls.getChargeBatch({ batchId: 'april' }, { actor: RURAL });
  await assert.rejects(billing.intake.uploadChargeFile(file(1), by(RURAL)), rejectedAs('SERVICE_UNAVAILABLE'));
  await killing;
  await billing.start();
  await eventually('the ledger again', () => asked().then(() => true, () => false));
  const { nextLine } = await asked();
  assert.ok(nextLine > 1 && nextLine <= FILE_ROWS, `goes on at ${nextLine}`);
  assert.equal((await billing.intake.uploadChargeFile(file(nextLine), by(RURAL))).nextLine, FILE_ROWS + 1);
  await eventually('the answer', () => billing.eventsOf('prepaid-billing.charge-batch.v1', 'rural-grid~april').length === 1);
  const { settled, acceptedCount, rejectedCount } = await asked();
  assert.deepEqual([settled, acceptedCount, rejectedCount], [true, FILE_ROWS - 6, 6]);
  assert.equal((await billing.balance(farm)).receivableFen, BigInt(FILE_ROWS - 6) * 10n);
  const { lines } = await billing.intake.listRejectedLines({ batchId: 'april', pageSize: 0, pageToken: '' }, { actor: RURAL });
  assert.deepEqual(lines.map(({ line, chargeId, code }) => [line, chargeId, code]).sort(), [1, 2, 3, 4, 5, 6].map((n) => [n * 1_000, `rural-grid~C${n}000`, 'SENDER_ACCOUNT_NOT_ALLOWED']));
  const again = await billing.intake.uploadChargeFile(file(1), by(RURAL));
  assert.deepEqual([again.posted, again.repeated, again.rejected], [0, FILE_ROWS - 6, 6]);
});

test('a stream of charges is answered while it goes on; what came through before it was cut need not come again', async () => {
  const farm = newFarm();
  const charge = (n: number) => ({ charge: Charge.fromPartial({ chargeId: `S${n}`, accountNo: farm, amountFen: 10n, period: '2026-02', dueOn: '2026-12-20' }), manifest: undefined });
  const answered = Promise.withResolvers<void>();
  async function* paced() {
    yield charge(1);
    await answered.promise;
    for (let n = 2; n <= 3_000; n++) yield charge(n);
    await new Promise(() => {}); // it never ends of itself
  }
  let through = 0n;
  for await (const answer of billing.intake.submitCharges(paced(), { actor: RURAL })) {
    through = answer.through;
    answered.resolve();
    if (through >= 1_001n) break;
  }
  async function* rest() {
    for (let n = Number(through) + 1; n <= 3_000; n++) yield charge(n);
    yield { charge: charge(1).charge && { ...charge(1).charge, chargeId: 'no id' }, manifest: undefined };
  }
  const refused = [];
  for await (const answer of billing.intake.submitCharges(rest(), { actor: RURAL })) refused.push(...answer.refused);
  assert.deepEqual(refused.map(({ message, code }) => [message, code]), [[3_001n - through, 'CHARGE_ID_INVALID']]);
  assert.equal((await billing.balance(farm)).receivableFen, 30_000n);
  const readMore = async () => { for await (const _ of billing.intake.submitCharges(rest(), { actor: 'cashier:C01' })) break; };
  await assert.rejects(readMore(), rejectedAs('ROLE_NOT_ALLOWED'));
});

const COMMANDS = 300;

test('many commands in one call are answered one by one; a bad one ends nothing, and all of it again changes nothing', async () => {
  const [rich, poor] = [newAccount(), newAccount()];
  const command = (n: number): PostManyRequest => {
    const base = { ...PostManyRequest.fromPartial({}), index: BigInt(n), idempotencyKey: `many-${n}` };
    if (n % 100 === 1) return { ...base, topUp: { accountNo: STRANGER, amountFen: 1n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined } };
    if (n % 100 === 2) return { ...base, idempotencyKey: '' , topUp: { accountNo: rich, amountFen: 1n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined } };
    if (n % 100 === 3) return { ...base, closeAccount: { accountNo: rich, reason: '拆迁' } };
    if (n % 100 === 4) return base;
    return { ...base, topUp: { accountNo: n % 2 ? rich : poor, amountFen: 10n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined } };
  };
  const send = async () => {
    const answers = new Map<number, PostManyResponse>();
    async function* all() {
      for (let n = 0; n < COMMANDS; n++) if (!answers.has(n)) yield command(n);
    }
    // What was unavailable is sent again, as it says.
    while (answers.size < COMMANDS) {
      for await (const answer of billing.many.postMany(all(), { actor: CASHIER })) if (answer.rejection?.kind !== 'unavailable') answers.set(Number(answer.index), answer);
    }
    return answers;
  };
  const answers = await send();
  assert.equal(answers.size, COMMANDS);
  const codes = [1, 2, 3, 4].map((n) => answers.get(n)!.rejection!.code);
  assert.deepEqual(codes, ['ACCOUNT_UNKNOWN', 'IDEMPOTENCY_KEY_MISSING', 'ROLE_NOT_ALLOWED', 'COMMAND_MISSING']);
  const refused = [...answers.values()].filter(({ rejection }) => rejection);
  assert.equal(refused.length, 12);
  const have = async () => (await billing.balance(rich)).balanceFen + (await billing.balance(poor)).balanceFen;
  assert.equal(await have(), BigInt(COMMANDS - 12) * 10n);
  const again = await send();
  assert.equal(await have(), BigInt(COMMANDS - 12) * 10n);
  for (const [n, { topUp, rejection }] of answers) assert.deepEqual([again.get(n)!.topUp, again.get(n)!.rejection?.code], [topUp, rejection?.code]);
  assert.equal((await billing.topUp(rich, 10n, 'many-5')).postingId, answers.get(5)!.topUp!.postingId, 'the same command by its own method is the same');
});

test('an empty account is closed, and a charge that comes after is refused with the reason', async () => {
  const accountNo = newAccount();
  await billing.topUp(accountNo, 100n);
  const close = () => billing.calls.closeAccount({ accountNo, reason: '拆迁' }, by(MANAGER));
  await assert.rejects(close(), rejectedAs('ACCOUNT_NOT_EMPTY'));
  await billing.charge({ chargeId: `C-${accountNo}`, accountNo, amountFen: '100', period: '2026-02', dueOn: '2026-12-20' });
  await eventually('the charge', async () => (await billing.balance(accountNo)).balanceFen === 0n);
  await close();
  assert.equal((await billing.balance(accountNo)).closed, true);
  await assert.rejects(billing.topUp(accountNo, 1n), rejectedAs('ACCOUNT_CLOSED'));
  await billing.charge({ chargeId: `D-${accountNo}`, accountNo, amountFen: '100', period: '2026-02', dueOn: '2026-12-20' });
  await eventually('the refusal', () => billing.eventsOf('prepaid-billing.charge-rejected.v1', `D-${accountNo}`).length === 1);
});

test('killed in the midst of transfers between shards, nothing in between is lost and nothing arrives twice', async () => {
  const sources = Array.from({ length: 20 }, newAccount);
  const targets = Array.from({ length: 20 }, newAccount);
  for (const accountNo of sources) await billing.topUp(accountNo, 100_000n);
  const seen = { done: 0 };
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < TRANSFERS; i = next++) {
      const ask = { accountNo: sources[i % 20]!, toAccountNo: i % 10 === 9 ? STRANGER : targets[(i * 7) % 20]!, amountFen: BigInt(i + 1), reason: '归集' };
      for (;;) {
        const answer = await billing.calls.transferBalance(ask, { ...by(CASHIER, `kill-${i}`), deadlineMs: 3_000 }).catch((error: unknown) => {
          if (error instanceof Rejected && error.rejection.kind === 'unavailable') return undefined;
          throw error;
        });
        if (answer && answer.status !== 'TRANSFER_STATUS_PENDING') break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      seen.done += 1;
    }
  };
  const working = Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  for (const at of [30, 90]) {
    await eventually(`${at} transfers`, () => seen.done >= at);
    await billing.service.kill();
    await billing.start();
  }
  await working;
  const expected = new Map<string, bigint>();
  for (let i = 0; i < TRANSFERS; i++) {
    if (i % 10 === 9) continue;
    const add = (accountNo: string, fen: bigint) => expected.set(accountNo, (expected.get(accountNo) ?? 0n) + fen);
    add(sources[i % 20]!, -BigInt(i + 1));
    add(targets[(i * 7) % 20]!, BigInt(i + 1));
  }
  for (const accountNo of sources) assert.equal((await billing.balance(accountNo)).balanceFen, 100_000n + (expected.get(accountNo) ?? 0n));
  for (const accountNo of targets) assert.equal((await billing.balance(accountNo)).balanceFen, expected.get(accountNo) ?? 0n);
});

test('ledger:verify finds no fault in all of this, and then the one commit that was altered', async () => {
  const { MONGODB_URI } = billing.env;
  const verify = (...heads: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [new URL('./ledger/verify/main.ts', import.meta.url).pathname, ...heads], { env: { ...process.env, MONGODB_URI }, encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n'), stderr };
  };
  const clean = verify();
  assert.equal(clean.status, 0, clean.lines.join('\n') + clean.stderr);
  const heads = clean.lines.flatMap((line) => /its head is (.*)$/.exec(line)?.[1] ?? []);
  assert.equal(heads.length, 4);
  assert.equal(verify('02:nonsense').status, 2);
  const client = await MongoClient.connect(MONGODB_URI);
  const commits = client.db().collection<{ _id: string; body: Binary }>('commits');
  const [altered] = await commits.find({ _id: /^ledger-02:/, kind: 'batch' } as object).sort({ _id: 1 }).skip(3).limit(1).toArray();
  const body = Buffer.from(altered!.body.value());
  body[body.length - 3]! ^= 1;
  await commits.updateOne({ _id: altered!._id }, { $set: { body: body as never } });
  await client.close();
  const found = verify(...heads);
  assert.equal(found.status, 1);
  assert.match(found.lines.find((line) => line.startsWith('ledger-02'))!, new RegExp(`FAULT commit ${altered!._id}: .*has been altered`));
  assert.equal(found.lines.filter((line) => line.includes(' ok: ')).length, 3);
});
