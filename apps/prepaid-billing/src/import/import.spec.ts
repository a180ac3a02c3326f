import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountDirectory } from '../accounts/directory.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { importTopUps } from './import.ts';

const NOON = new Date('2026-03-02T04:00:00Z');
const HEADER = 'receiptNo,accountNo,amountFen,channel,takenAt,collectorId\n';

function office() {
  const shards = memoryShards(4, NOON);
  const directory: AccountDirectory = {
    defaultThresholdFen: 3_000n,
    existing: async (accountNos) => new Set(accountNos.filter((accountNo) => accountNo.startsWith('000'))),
    places: async () => new Map(),
    close: () => {},
  };
  const importing = importTopUps(shards, directory, () => NOON);
  async function load(csv: string, source = 'old-system') {
    async function* requests() {
      for (let at = 0; at < csv.length; at += 1_000) yield { chunk: { columns: {}, source, content: Buffer.from(csv.slice(at, at + 1_000)) } };
    }
    const { report } = await importing(requests(), { actor: { role: 'admin', id: 'A1', name: 'admin:A1' }, idempotencyKey: 'K' });
    return report!;
  }
  const total = () => shards.ledgers.reduce((sum, { totals }) => sum + (totals.get('cash:C01') ?? 0n), 0n);
  return { shards, load, total };
}

const row = (n: number, amountFen = 100) => `R${n},${(n % 50).toString().padStart(10, '0')},${amountFen},COUNTER,2026-03-01T01:00:00Z,C01\n`;
const rows = (count: number) => HEADER + Array.from({ length: count }, (_, i) => row(i)).join('');

test('past top-ups are posted with the time when they were taken and an invoice number', async () => {
  const { shards, load, total } = office();
  assert.deepEqual(await load(rows(5_000)), { accepted: 5_000n, duplicate: 0n, rejected: 0n, rejectedRows: [] });
  assert.equal(total(), 500_000n);
  const { topUp, postedOn } = shards.posted.find((posting) => posting.topUp)!;
  assert.deepEqual([topUp!.takenAt, postedOn], [new Date('2026-03-01T01:00:00Z'), '2026-03-02']);
});

test('importing twice changes nothing, and a longer file adds its new rows', async () => {
  const { load, total } = office();
  await load(rows(100));
  assert.deepEqual(await load(rows(130)), { accepted: 30n, duplicate: 100n, rejected: 0n, rejectedRows: [] });
  assert.equal(total(), 13_000n);
});

test('the same receipt number of another source is another receipt', async () => {
  const { load } = office();
  await load(rows(10));
  assert.equal((await load(rows(10), 'bank')).accepted, 10n);
});

test('a receipt that comes again with other contents is rejected, also for another account', async () => {
  const { load, total } = office();
  await load(HEADER + row(1));
  const { rejectedRows } = await load(HEADER + row(1, 200) + row(1).replace('0000000001', '0000000002') + row(1));
  assert.deepEqual(rejectedRows.map(({ line, field, code }) => [line, field, code]), [[2n, 'receiptNo', 'RECEIPT_REUSED'], [3n, 'receiptNo', 'RECEIPT_REUSED']]);
  assert.equal(total(), 100n);
});

test('wrong rows are reported with their line and reason, and the rest goes on', async () => {
  const { load } = office();
  const { accepted, rejected, rejectedRows } = await load(HEADER + row(1) + row(2).replace('COUNTER', 'CASH') + row(3).replace(',0000', ',9990') + 'R4,"unclosed\n');
  assert.deepEqual([accepted, rejected], [1n, 3n]);
  const named = rejectedRows.map(({ line, field, code }) => `${line} ${field} ${code}`).sort();
  assert.deepEqual(named, ['3 channel CHANNEL_MISSING', '4 accountNo ACCOUNT_UNKNOWN', '5  CSV_QUOTE_NOT_CLOSED']);
});
