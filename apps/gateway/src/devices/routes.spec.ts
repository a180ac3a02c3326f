import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncDeviceRequest, type SignedRecord } from '@youdian/contracts-billing/roving';
import type { Peers } from '../peers.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { deviceRoutes } from './routes.ts';

const route = deviceRoutes.find(({ operation }) => operation === 'syncDevice')!;
const [good] = EXAMPLES['syncDevice']!.body!['records'] as [object];

/** What the owner is asked to take in. */
async function asked(...records: object[]): Promise<SignedRecord[]> {
  let arrived: SignedRecord[] = [];
  const roving = { syncDevice: async (request: SyncDeviceRequest) => ((arrived = SyncDeviceRequest.decode(SyncDeviceRequest.encode(request).finish()).records), { answers: [], through: 0, highest: 0, missing: [] }) };
  await route.answer({ params: { deviceId: 'POS-07' }, query: {}, body: route.body!.parse({ records }), file: (async function* () {})() }, { roving } as unknown as Peers, { actor: 'cashier:C01', idempotencyKey: 'k' });
  return arrived;
}

test('a record goes on as it was signed, to the millisecond', async () => {
  const [record] = await asked(good);
  assert.deepEqual([record!.kind, record!.amountFen, record!.takenAt!.toISOString()], ['DEVICE_RECORD_KIND_RECEIPT', 5_000n, '2026-11-24T09:00:00.123Z']);
});

test('a record that is ill written holds up no other: the owner answers each', async () => {
  const odd = [{ amountFen: '-1' }, { amountFen: '9'.repeat(30) }, { amountFen: null }, { takenAt: 'noon' }, { takenAt: '+275760-09-13T00:00:00Z' }, { kind: 'GIFT' }, { sequence: 2 ** 31 }, { sequence: '1' }, { signature: null }, { invoiceNo: 'x'.repeat(999) }, { more: 1 }];
  const arrived = await asked(...odd.map((change) => ({ ...good, ...change })), good);
  assert.equal(arrived.length, odd.length + 1);
  const [proper] = await asked(good);
  assert.deepEqual(arrived.at(-1), proper);
  for (const record of arrived.slice(0, -2)) assert.notDeepEqual(record, proper);
});
