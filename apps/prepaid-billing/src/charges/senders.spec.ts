import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charge } from '@youdian/contracts-billing/events';
import type { Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { adjustCharge } from './adjust.ts';
import { BILLING_CENTER, type Sender } from './sender.ts';
import { Senders, sendersSetting } from './senders.ts';
import { takeCharges } from './take.ts';

const NOON = new Date('2026-03-02T04:00:00Z');
const [FARM, TOWN, ABROAD] = ['0200000001', '0100000001', '9900000001'];
const RURAL: Sender = { id: 'rural-grid', name: '农电', channels: ['topic', 'stream'], amountMaxFen: 10_000n, accountPrefixes: ['02', '99'] };
/** Who may charge what uses power for farming along one line. */
const PUMPS: Sender = { ...RURAL, id: 'pumps', accountPrefixes: undefined, lines: ['L7'], usageNatures: ['AGRICULTURAL'] };
const integrator = (id: string) => ({ role: 'integrator', id, name: `integrator:${id}` });

function billing() {
  const shards = memoryShards(4, NOON);
  const places = new Map([
    [FARM, { regionId: 'R1', lineId: 'L7', usageNature: 'AGRICULTURAL' }],
    [TOWN, { regionId: 'R1', lineId: 'L7', usageNature: 'RESIDENTIAL' }],
  ]);
  const directory: AccountDirectory = { defaultThresholdFen: 3_000n, existing: async (nos) => new Set(nos.filter((no) => places.has(no))), places: async () => places, close: () => {} };
  const take = (sender: Sender, ...charges: Partial<Charge>[]) =>
    takeCharges(shards, directory, charges.map((charge) => ({ charge: Charge.fromPartial({ chargeId: 'CH1', accountNo: FARM, amountFen: 100n, period: '2026-02', dueOn: '2026-03-20', ...charge }) })), sender);
  const owed = (accountNo: string) => shards.ledgers.find(({ accounts }) => accounts.has(accountNo))?.accounts.get(accountNo)?.receivableFen ?? 0n;
  return { shards, directory, take, owed };
}

test('the same charge id of two senders is two charges, each told under its own name', async () => {
  const { shards, take, owed } = billing();
  assert.deepEqual(await take(BILLING_CENTER, {}), ['posted']);
  assert.deepEqual(await take(RURAL, {}), ['posted']);
  assert.deepEqual(await take(RURAL, {}), ['repeated']);
  assert.equal(owed(FARM), 200n);
  assert.deepEqual(shards.events.filter(({ type }) => type.endsWith('ChargePosted')).map(({ data }) => (data as Charge).chargeId), ['CH1', 'rural-grid~CH1']);
  assert.deepEqual(new Set(shards.posted.filter(({ charge }) => charge).map(({ actor }) => actor)), new Set(['integrator:billing-center', 'integrator:rural-grid']));
});

test('no id of one sender can be another sender\'s name of a charge', async () => {
  const { take } = billing();
  // What the billing center's charges may be called has no `~`, and a sender's id has none either.
  assert.deepEqual(await take({ ...RURAL, id: 'rural' }, { chargeId: 'grid/CH1' }), ['posted']);
  assert.deepEqual(await take(RURAL, { chargeId: 'CH1' }), ['posted']);
});

test('a charge beyond the rights of its sender is refused for good, and the others go on', async () => {
  const { shards, take, owed } = billing();
  assert.deepEqual(await take(RURAL, { chargeId: 'A', accountNo: TOWN }, { chargeId: 'B', amountFen: 10_001n }, { chargeId: 'C' }), [
    { refused: 'SENDER_ACCOUNT_NOT_ALLOWED' }, { refused: 'SENDER_AMOUNT_TOO_LARGE' }, 'posted',
  ]);
  assert.deepEqual([owed(TOWN), owed(FARM)], [0n, 100n]);
  const refusals = shards.events.filter(({ type }) => type.endsWith('ChargeRejected'));
  assert.deepEqual(refusals.map(({ subject, data }) => [subject, (data as { code: string }).code]).sort(), [['rural-grid~A', 'SENDER_ACCOUNT_NOT_ALLOWED'], ['rural-grid~B', 'SENDER_AMOUNT_TOO_LARGE']]);
  assert.deepEqual(await take(BILLING_CENTER, { chargeId: 'A', accountNo: TOWN }), ['posted'], "the billing center's own A is another");
});

test('rights by line and usage nature follow what customer-profile says of the account', async () => {
  const { take } = billing();
  assert.deepEqual(await take(PUMPS, { chargeId: 'A' }, { chargeId: 'B', accountNo: TOWN }, { chargeId: 'C', accountNo: ABROAD }), [
    'posted', { refused: 'SENDER_ACCOUNT_NOT_ALLOWED' }, { refused: 'ACCOUNT_UNKNOWN' },
  ]);
  assert.deepEqual(await take({ ...PUMPS, lines: ['L8'] }, { chargeId: 'D' }), [{ refused: 'SENDER_ACCOUNT_NOT_ALLOWED' }]);
});

test('who is no sender, or may not send in this way, is refused with the way out', () => {
  const senders = new Senders([RURAL]);
  const codeOf = (id: string, channel: 'file' | 'stream') => {
    try {
      return senders.ofCaller(integrator(id), channel).id;
    } catch (error) {
      return (error as Rejected).rejection.code;
    }
  };
  assert.equal(codeOf('rural-grid', 'stream'), 'rural-grid');
  assert.equal(codeOf('rural-grid', 'file'), 'SENDER_CHANNEL_NOT_ALLOWED');
  assert.equal(codeOf('stranger', 'stream'), 'SENDER_UNKNOWN');
  assert.deepEqual(['/rural-grid', 'rural-grid', '/stranger', undefined].map((source) => senders.ofSource(source)?.id), ['rural-grid', 'rural-grid', undefined, undefined]);
  assert.equal(new Senders([BILLING_CENTER]).ofSource(undefined)?.id, 'billing-center');
});

test('an adjustment is within the rights of its sender, and of its own charge', async () => {
  const { shards, directory, take, owed } = billing();
  await take(RURAL, {});
  await take(BILLING_CENTER, {});
  const adjust = (id: string, more: object = {}) =>
    adjustCharge(shards, directory, new Senders([RURAL, BILLING_CENTER]))(
      { accountNo: FARM, adjustmentId: 'A1', chargeId: 'CH1', amountFen: -30n, period: '2026-02', dueOn: '2026-03-20', reason: '抄表差错', ...more },
      { actor: integrator(id), idempotencyKey: 'K' },
    );
  await adjust('rural-grid');
  const items = shards.ledgers.find(({ accounts }) => accounts.has(FARM))!.accounts.get(FARM)!.owed;
  assert.deepEqual(items.map(({ itemId, remainingFen }) => [itemId, remainingFen]).sort(), [['CH1', 100n], ['rural-grid~CH1', 70n]]);
  await adjust('billing-center');
  assert.equal(owed(FARM), 140n, 'the same adjustment id of another sender is another adjustment');
  for (const [more, code] of [[{ amountFen: -10_001n }, 'SENDER_AMOUNT_TOO_LARGE'], [{ accountNo: TOWN }, 'SENDER_ACCOUNT_NOT_ALLOWED'], [{ chargeId: 'billing-center~CH1' }, 'ID_INVALID']] as const) {
    await assert.rejects(adjust('rural-grid', { adjustmentId: 'A2', ...more }), (error: Rejected) => error.rejection.code === code);
  }
  await assert.rejects(adjust('stranger'), (error: Rejected) => error.rejection.code === 'SENDER_UNKNOWN');
});

test('an adjustment id is one adjustment’s, whichever accounts; what cannot be posted does not use it up', async () => {
  const { shards, directory } = billing();
  const adjust = (adjustmentId: string, accountNo: string, amountFen = 30n) =>
    adjustCharge(shards, directory, new Senders([BILLING_CENTER]))(
      { accountNo, adjustmentId, chargeId: 'CH1', amountFen, period: '2026-02', dueOn: '2026-03-20', reason: '抄表差错' },
      { actor: integrator('billing-center'), idempotencyKey: 'K' },
    );
  const refused = (code: string) => (error: Rejected) => error.rejection.code === code;
  const first = await adjust('A1', FARM);
  assert.deepEqual(await adjust('A1', FARM), first);
  await assert.rejects(adjust('A1', TOWN), refused('ADJUSTMENT_ID_REUSED'));
  await assert.rejects(adjust('A2', FARM, 0n), refused('AMOUNT_ZERO'));
  assert.equal((await adjust('A2', TOWN)).receivableFen, 30n);
});

test('CHARGE_SENDERS is a list; what it leaves out is not limited, what is wrong is named', () => {
  assert.deepEqual(sendersSetting.parse(undefined), [BILLING_CENTER]);
  const [rural] = sendersSetting.parse('[{"id":"rural-grid","name":"农电","channels":["file"],"amountMaxFen":"500000","accountPrefixes":["02"]}]');
  assert.deepEqual([rural!.channels, rural!.amountMaxFen, rural!.accountPrefixes, rural!.lines], [['file'], 500_000n, ['02'], undefined]);
  for (const wrong of ['', '{}', '[]', '[{"id":"A","name":"x"}]', '[{"id":"a","name":"x","colour":"red"}]', '[{"id":"a","name":"x","amountMaxFen":"1.5"}]', '[{"id":"a","name":"x"},{"id":"a","name":"y"}]']) {
    assert.equal(sendersSetting.safeParse(wrong).success, false, wrong);
  }
});
