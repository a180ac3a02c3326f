import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SubmitChargesRequest, SubmitChargesResponse, UploadChargeFileRequest } from '@youdian/contracts-billing/charge_intake';
import { Charge } from '@youdian/contracts-billing/events';
import type { Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { forgetBatches, getChargeBatch, settleBatches } from './batches.ts';
import { uploadChargeFile } from './file.ts';
import { listRejectedLines } from './rejected-lines.ts';
import { BILLING_CENTER, type Sender } from './sender.ts';
import { Senders } from './senders.ts';
import { submitCharges } from './submit.ts';

const NOON = new Date('2026-03-02T04:00:00Z');
const RURAL: Sender = { ...BILLING_CENTER, id: 'rural-grid', name: '农电' };
const caller = (id: string) => ({ actor: { role: 'integrator', id, name: `integrator:${id}` }, idempotencyKey: 'K' });
const MANAGER = { actor: { role: 'manager', id: 'M1', name: 'manager:M1' } };
const HEADER = 'chargeId,accountNo,amountFen,period,dueOn\n';
const accountNo = (n: number) => (n % 50).toString().padStart(10, '0');
const row = (n: number, amountFen = '100') => `CH${n},${accountNo(n)},${amountFen},2026-02,2026-03-20\n`;

function billing() {
  const shards = memoryShards(4, NOON);
  const directory: AccountDirectory = {
    defaultThresholdFen: 3_000n, existing: async (nos) => new Set(nos.filter((no) => no.startsWith('000'))), places: async () => new Map(), close: () => {},
  };
  const senders = new Senders([BILLING_CENTER, RURAL]);
  const upload = async (file: string, head: { count: number; sumFen: bigint; batchId?: string; fromLine?: number }, sender = 'rural-grid', breakAt = Infinity) => {
    async function* requests(): AsyncIterable<UploadChargeFileRequest> {
      yield { batchId: 'B1', fromLine: 0, ...head, chunk: { columns: {}, source: '', content: Buffer.alloc(0) } };
      for (let at = 0; at < file.length; at += 997) {
        if (at > breakAt) throw new Error('the connection broke');
        yield { batchId: '', count: 0, sumFen: 0n, fromLine: 0, chunk: { columns: {}, source: '', content: Buffer.from(file.slice(at, at + 997)) } };
      }
    }
    return uploadChargeFile(shards, directory, senders)(requests(), caller(sender));
  };
  const submit = async (requests: AsyncIterable<SubmitChargesRequest> | Iterable<SubmitChargesRequest>, sender = 'rural-grid', answers: SubmitChargesResponse[] = []) => {
    async function* all() {
      yield* requests;
    }
    for await (const answer of submitCharges(shards, directory, senders)(all(), caller(sender))) answers.push(answer);
    return answers;
  };
  return {
    shards, upload, submit,
    ask: (batchId: string, as: { actor: typeof MANAGER.actor } = caller('rural-grid')) => getChargeBatch(shards, senders)({ batchId }, as),
    rejected: async (batchId: string, pageSize = 50) => {
      const lines = [];
      for (let pageToken = ''; ; ) {
        const page = await listRejectedLines(shards, senders)({ batchId, pageSize, pageToken }, MANAGER);
        assert.ok(page.lines.length <= pageSize);
        lines.push(...page.lines);
        if ((pageToken = page.nextPageToken) === '') return lines.sort((a, b) => a.line - b.line);
      }
    },
    look: async () => {
      for (const shard of shards.each()) await settleBatches(shards, shard);
      for (const shard of shards.each()) await forgetBatches(shards, shard);
    },
    owedFen: () => shards.ledgers.flatMap(({ accounts }) => [...accounts.values()]).reduce((sum, { receivableFen }) => sum + receivableFen, 0n),
    settled: () => shards.events.filter(({ type }) => type.endsWith('ChargeBatchSettled')),
  };
}

const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i)).join('');
const codeIs = (code: string) => (error: Rejected) => error.rejection?.code === code;

test('a file is a batch: its rows are posted, the bad ones named with their line and reason, and the batch is settled', async () => {
  const { upload, look, ask, rejected, owedFen, settled } = billing();
  const bad = ['bad id,0000000001,100,2026-02,2026-03-20\n', 'CHX,0000000001,1.5,2026-02,2026-03-20\n', row(8).replace('000000', '999999'), 'CH9,"x\n'.replace('"', ''), row(10, '-5')].join('');
  assert.deepEqual(await upload(HEADER + rows(1, 7) + bad, { count: 12, sumFen: 1_000n }), { batchId: 'B1', posted: 7, repeated: 0, rejected: 5, nextLine: 13 });
  await look();
  assert.deepEqual((await rejected('rural-grid~B1', 2)).map(({ line, chargeId, amountFen, code }) => [line, chargeId, amountFen, code]), [
    [8, '', 0n, 'CHARGE_ID_INVALID'], [9, '', 0n, 'AMOUNT_INVALID'], [10, 'rural-grid~CH8', 100n, 'ACCOUNT_UNKNOWN'], [11, '', 0n, 'AMOUNT_INVALID'], [12, 'rural-grid~CH10', -5n, 'AMOUNT_NOT_POSITIVE'],
  ]);
  assert.deepEqual((await rejected('rural-grid~B1')).map(({ reasonZh, reasonEn }) => /[\u4e00-\u9fff]/.test(reasonZh) && reasonEn !== ''), [true, true, true, true, true]);
  const answer = await ask('B1');
  assert.deepEqual([answer.settled, answer.batchId, answer.acceptedCount, answer.rejectedCount, answer.nextLine], [true, 'rural-grid~B1', 7, 5, 13]);
  assert.equal(owedFen(), 700n);
  assert.deepEqual(settled().map(({ subject }) => subject), ['rural-grid~B1']);
});

test('an upload that breaks off says where to go on, and goes on there; sent twice it changes nothing', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 110_000 }), { maxLength: 4 }), fc.boolean(), async (breaks, whole) => {
    const { upload, ask, look, owedFen, shards, settled } = billing();
    const head = { count: 2_500, sumFen: 250_000n };
    let from = 1;
    for (const breakAt of breaks) {
      await upload(HEADER + rows(from, 2_500), { ...head, fromLine: from }, 'rural-grid', breakAt).catch((error: Error) => assert.equal(error.message, 'the connection broke'));
      const { nextLine, acceptedCount } = await ask('B1');
      assert.ok(nextLine >= from && nextLine <= acceptedCount + 1, 'all lines before the next one have come');
      if (!whole) from = nextLine <= 2_500 ? nextLine : 1;
    }
    const { nextLine } = await upload(HEADER + rows(from, 2_500), { ...head, fromLine: from });
    assert.equal(nextLine, 2_501);
    await look();
    const { length } = shards.posted;
    assert.deepEqual(await upload(HEADER + rows(1, 2_500), head), { batchId: 'B1', posted: 0, repeated: 2_500, rejected: 0, nextLine: 2_501 });
    await look();
    assert.equal(shards.posted.length, length);
    assert.deepEqual([owedFen(), settled().length], [250_000n, 1]);
  }), { numRuns: 4 });
});

test('another file under a used batch id is refused as a whole', async () => {
  const { upload, owedFen } = billing();
  await upload(HEADER + rows(1, 3), { count: 3, sumFen: 300n });
  await assert.rejects(upload(HEADER + rows(4, 7), { count: 4, sumFen: 400n }), codeIs('CHARGE_BATCH_REUSED'));
  assert.equal(owedFen(), 300n);
  await upload(HEADER + rows(4, 7), { count: 4, sumFen: 400n }, 'billing-center');
  assert.equal(owedFen(), 700n, "another sender's batch of the same name is another");
});

test('a file that is not what it says is refused with the reason', async () => {
  const { upload } = billing();
  const head = { count: 3, sumFen: 300n };
  await assert.rejects(upload(HEADER + rows(1, 4), head), codeIs('LINE_BEYOND_COUNT'));
  await assert.rejects(upload('chargeId,accountNo\n', head), codeIs('COLUMN_MISSING'));
  for (const [wrong, code] of [[{ batchId: 'a b' }, 'BATCH_ID_INVALID'], [{ count: 0 }, 'COUNT_INVALID'], [{ sumFen: -1n }, 'SUM_INVALID'], [{ fromLine: 4 }, 'FROM_LINE_INVALID'], [{ fromLine: -1 }, 'FROM_LINE_INVALID']] as const) {
    await assert.rejects(upload(HEADER, { ...head, ...wrong }), codeIs(code));
  }
  await assert.rejects(upload(HEADER, head, 'stranger'), codeIs('SENDER_UNKNOWN'));
});

test('a sender sees its own batches, by its own names; others go by the names of the events', async () => {
  const { upload, ask } = billing();
  await upload(HEADER + rows(1, 3), { count: 3, sumFen: 300n });
  for (const [batchId, as] of [['B1', caller('rural-grid')], ['rural-grid~B1', caller('rural-grid')], ['rural-grid~B1', MANAGER]] as const) assert.equal((await ask(batchId, as)).acceptedCount, 3);
  for (const [batchId, as] of [['B1', caller('billing-center')], ['rural-grid~B1', caller('billing-center')], ['B1', MANAGER], ['a b', MANAGER]] as const) await assert.rejects(ask(batchId, as), codeIs('CHARGE_BATCH_UNKNOWN'));
});

const charge = (n: number, more: Partial<Charge> = {}): SubmitChargesRequest => ({ charge: Charge.fromPartial({ chargeId: `CH${n}`, accountNo: accountNo(n), amountFen: 100n, period: '2026-02', dueOn: '2026-03-20', ...more }), manifest: undefined });

test('a stream of charges is answered with how far it is, and what was refused, message by message', async () => {
  const { submit, owedFen, look, rejected, settled } = billing();
  const manifest = { manifest: { batchId: 'S', count: 3, sumFen: 300n }, charge: undefined };
  const answers = await submit([
    manifest, charge(1, { batchId: 'S', line: 1 }), charge(2, { batchId: 'S', line: 2, accountNo: '9999999999' }), charge(3, { batchId: 'S', line: 3, chargeId: '' }), charge(1),
    { charge: undefined, manifest: undefined }, { manifest: { ...manifest.manifest, count: 4 }, charge: undefined }, { manifest: { ...manifest.manifest, batchId: '' }, charge: undefined },
    charge(5, { batchId: 'S', line: 0 }), charge(6),
  ]);
  assert.equal(answers.at(-1)!.through, 10n);
  assert.deepEqual(answers.flatMap(({ refused }) => refused).map(({ message, chargeId, code }) => [Number(message), chargeId, code]), [
    [3, 'CH2', 'ACCOUNT_UNKNOWN'], [4, '', 'CHARGE_ID_INVALID'], [6, '', 'MESSAGE_EMPTY'], [7, '', 'CHARGE_BATCH_REUSED'], [8, '', 'MANIFEST_INVALID'], [9, 'CH5', 'LINE_INVALID'],
  ]);
  assert.deepEqual([owedFen(), answers.reduce((sum, { posted }) => sum + posted, 0n), answers.reduce((sum, { repeated }) => sum + repeated, 0n)], [200n, 2n, 1n]);
  await look();
  assert.deepEqual((await rejected('rural-grid~S')).map(({ line, code }) => [line, code]), [[2, 'ACCOUNT_UNKNOWN'], [3, 'CHARGE_ID_INVALID']]);
  assert.equal(settled().length, 1);
});

test('many charges in one call are all taken, and what is answered as through need not come again', async () => {
  const { shards, submit, owedFen } = billing();
  shards.failAt(3_000);
  const all = Array.from({ length: 5_000 }, (_, i) => charge(i));
  const answers: SubmitChargesResponse[] = [];
  await assert.rejects(submit(all, 'rural-grid', answers), /killed/);
  shards.failAt(0);
  const through = Number(answers.at(-1)?.through ?? 0n);
  const rest = await submit(all.slice(through));
  assert.deepEqual([through + Number(rest.at(-1)!.through), owedFen()], [5_000, 500_000n]);
  assert.ok(rest.every(({ through }, i) => i === 0 || through >= rest[i - 1]!.through), 'it never goes back');
});
