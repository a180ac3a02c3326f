import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charge } from '@youdian/contracts-billing/events';
import { Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { takeCharges } from './take.ts';

const NOON = new Date('2026-03-02T04:00:00Z');
const ACCOUNTS = Array.from({ length: 20 }, (_, i) => `${i + 1}`.padStart(10, '0'));

function billing() {
  const shards = memoryShards(4, NOON);
  const registered = new Set(ACCOUNTS);
  let away = false;
  const directory: AccountDirectory = {
    defaultThresholdFen: 3_000n,
    existing: async (accountNos) => {
      if (away) throw new Rejected({ kind: 'unavailable', code: 'SERVICE_UNAVAILABLE', zh: '', en: '' });
      return new Set(accountNos.filter((accountNo) => registered.has(accountNo)));
    },
    places: async () => new Map(),
    close: () => {},
  };
  const take = (...charges: Charge[]) => takeCharges(shards, directory, charges.map((charge) => ({ charge })));
  const owed = () => ACCOUNTS.map((no) => shards.ledgers.find(({ accounts }) => accounts.has(no))?.accounts.get(no)?.receivableFen ?? 0n);
  const refused = () => shards.events.filter(({ type }) => type.endsWith('ChargeRejected')).map(({ subject, sequence, data }) => [subject, sequence, (data as Charge & { code: string }).code]);
  return { shards, registered, take, owed, refused, setAway: (to: boolean) => (away = to) };
}

function charge(id: number, more: Partial<Charge> = {}): Charge {
  return Charge.fromPartial({ chargeId: `CH${id}`, accountNo: ACCOUNTS[id % 20]!, amountFen: 100n, period: '2026-02', dueOn: '2026-03-20', ...more });
}

const hundred = Array.from({ length: 100 }, (_, i) => charge(i));

test('a batch of charges is posted to the shards of its accounts', async () => {
  const { take, owed } = billing();
  await take(...hundred);
  assert.deepEqual(owed(), ACCOUNTS.map(() => 500n));
});

test('charges that come again, in whatever batch, change nothing', async () => {
  const { shards, take, owed } = billing();
  await take(...hundred, ...hundred.slice(0, 10));
  const { length } = shards.posted;
  await take(...hundred.slice(50), ...hundred);
  assert.equal(shards.posted.length, length);
  assert.deepEqual(owed(), ACCOUNTS.map(() => 500n));
});

test('a charge id is taken once even when it comes for another account, in another shard', async () => {
  const { take, owed, refused } = billing();
  await take(charge(1));
  for (const accountNo of ACCOUNTS) await take(charge(1, { accountNo }));
  assert.equal(owed().reduce((sum, fen) => sum + fen), 100n);
  assert.deepEqual(refused().map(([subject]) => subject), new Array(19).fill('CH1'));
  assert.deepEqual(refused().map(([, sequence]) => sequence), Array.from({ length: 19 }, (_, i) => BigInt(i + 1)));
});

test('an unknown account refuses the charge for good, and the others of its batch are posted', async () => {
  const { registered, take, owed, refused } = billing();
  const stranger = charge(2, { accountNo: '9999999999' });
  await take(charge(1), stranger, charge(3));
  registered.add('9999999999');
  await take(stranger);
  assert.deepEqual(refused(), [['CH2', 1n, 'ACCOUNT_UNKNOWN']]);
  assert.equal(owed().reduce((sum, fen) => sum + fen), 200n);
});

test('while customer-profile is away nothing is refused: the batch waits', async () => {
  const { shards, take, setAway, owed } = billing();
  setAway(true);
  await assert.rejects(take(charge(1), charge(2, { amountFen: 0n })), Rejected);
  assert.deepEqual(shards.posted.filter((posting) => !posting.dayBarrier), []);
  setAway(false);
  await take(charge(1));
  setAway(true);
  await take(charge(1), charge(21)); // accounts that the ledger knows need nobody
  assert.equal(owed().reduce((sum, fen) => sum + fen), 200n);
});

test('a batch that broke off anywhere is whole after it has come again', async () => {
  for (let submission = 1; submission <= 30; submission++) {
    const { shards, take, owed, refused } = billing();
    const batch = [...hundred.slice(0, 20), charge(50, { accountNo: '9999999999' }), charge(51, { amountFen: -1n })];
    shards.failAt(submission);
    await take(...batch).catch((error: Error) => assert.equal(error.message, 'killed'));
    shards.failAt(0);
    await take(...batch);
    assert.deepEqual(owed(), ACCOUNTS.map(() => 100n));
    assert.deepEqual(refused().sort(), [['CH50', 1n, 'ACCOUNT_UNKNOWN'], ['CH51', 1n, 'AMOUNT_NOT_POSITIVE']]);
  }
});
