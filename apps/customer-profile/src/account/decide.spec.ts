import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageNature } from '@youdian/contracts-customer/events';
import { isRejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import fc from 'fast-check';
import { importAccount, registerAccount, updateAccount, type RegisterAccount, type Surroundings, type UpdateAccount } from './decide.ts';
import { evolve, type Account, type AccountEvent } from './state.ts';

const { given } = specification<Account | undefined, AccountEvent>(undefined, evolve);
const at = new Date('2026-07-01T08:00:00Z');
const later = new Date('2026-08-01T08:00:00Z');
const accountNo = '0000000001';
const command: RegisterAccount = {
  accountNo, customerId: 'c1', usageNature: UsageNature.USAGE_NATURE_RESIDENTIAL, installedCapacityKva: 8n, lineId: 'L1', address: '东门路 1 号',
};
const around: Surroundings = { customerExists: true, regionOfLine: 'R1' };
const register = (change: Partial<RegisterAccount> = {}, differently: Partial<Surroundings> = {}) => (state: Account | undefined) =>
  registerAccount(state, { ...command, ...change }, { ...around, ...differently }, at);
const nothing: UpdateAccount = { accountNo, usageNature: UsageNature.USAGE_NATURE_UNSPECIFIED, installedCapacityKva: 0n, lineId: '', address: '' };
const update = (change: Partial<UpdateAccount> = {}, regionOfLine: string | undefined = 'R1') => (state: Account | undefined) =>
  updateAccount(state, { ...nothing, ...change }, { regionOfLine }, later);
const load = (change: Partial<RegisterAccount> = {}) => (state: Account | undefined) => importAccount(state, { ...command, ...change }, around, later);

const { address, ...facts } = command;
const registered: AccountEvent = { type: 'AccountRegistered', data: { ...facts, regionId: 'R1', effectiveAt: at }, kept: { address } };
const updated = (change: Partial<RegisterAccount & { regionId: string }>): AccountEvent => {
  const { address: place = address, ...changed } = change;
  return { type: 'AccountUpdated', data: { ...facts, regionId: 'R1', effectiveAt: later, ...changed }, kept: { address: place } };
};

test('an account is registered; its region is that of its line, and its address is kept, not published', () => {
  given().when(register()).then(registered);
});

test('the customer and the line must exist', () => {
  given().when(register({}, { customerExists: false })).refused('CUSTOMER_UNKNOWN', 'customerId');
  given().when(register({}, { regionOfLine: undefined })).refused('LINE_UNKNOWN', 'lineId');
});

test('an account number is given once', () => {
  given(registered).when(register({ customerId: 'c2' })).refused('ACCOUNT_NO_TAKEN', 'accountNo');
});

test('an account number has 10 digits', () => {
  for (const wrong of ['', '123', '00000000011', 'A000000001', '000000000 ']) given().when(register({ accountNo: wrong })).refused('ACCOUNT_NO_MALFORMED', 'accountNo');
});

test('usage nature, capacity in kVA and the address are checked', () => {
  given().when(register({ usageNature: UsageNature.USAGE_NATURE_UNSPECIFIED })).refused('USAGE_NATURE_UNKNOWN', 'usageNature');
  for (const installedCapacityKva of [0n, -1n, 10_000_001n]) given().when(register({ installedCapacityKva })).refused('CAPACITY_OUT_OF_RANGE', 'installedCapacityKva');
  given().when(register({ address: '路'.repeat(201) })).refused('ADDRESS_TOO_LONG', 'address');
});

test('an account that moves to another line takes that line\'s region, from then on', () => {
  given(registered).when(update({ lineId: 'L2' }, 'R2')).then(updated({ lineId: 'L2', regionId: 'R2' }));
  given(registered).when((state) => updateAccount(state, { ...nothing, lineId: 'L2' }, { regionOfLine: undefined }, later)).refused('LINE_UNKNOWN', 'lineId');
});

test('an update publishes the whole facts, and nothing when nothing changes', () => {
  given(registered).when(update({ installedCapacityKva: 630n })).then(updated({ installedCapacityKva: 630n }));
  given(registered).when(update({ address: '西门路 2 号' })).then(updated({ address: '西门路 2 号' }));
  given(registered).when(update()).nothing();
  given(registered).when(update({ lineId: 'L1', installedCapacityKva: 8n })).nothing();
});

test('an account that does not exist cannot be updated', () => {
  given().when(update({ lineId: 'L1' })).refused('ACCOUNT_UNKNOWN', 'accountNo');
});

test('an imported row registers, updates, or changes nothing', () => {
  given().when(load()).then({ ...registered, data: { ...registered.data, effectiveAt: later } } as AccountEvent);
  given(registered).when(load()).nothing();
  given(registered).when(load({ usageNature: UsageNature.USAGE_NATURE_AGRICULTURAL })).then(updated({ usageNature: UsageNature.USAGE_NATURE_AGRICULTURAL }));
});

test('an import does not hand an account to another customer', () => {
  given(registered).when(load({ customerId: 'c2' })).refused('ACCOUNT_OF_ANOTHER_CUSTOMER', 'customerNo');
});

test('property: an update applied once more changes nothing, and never touches number, customer or registration', () => {
  const change = fc.record({
    usageNature: fc.constantFrom(...Object.values(UsageNature)),
    installedCapacityKva: fc.bigInt(0n, 2_000n),
    lineId: fc.constantFrom('', 'L1', 'L2'),
    address: fc.string({ maxLength: 50 }),
  });
  fc.assert(
    fc.property(change, (wish) => {
      const before = evolve(undefined, registered);
      const events = update(wish)(before);
      assert.ok(!isRejection(events));
      const after = events.reduce<Account>(evolve, before);
      assert.deepEqual(update(wish)(after), []);
      assert.deepEqual([after.accountNo, after.customerId, after.registeredAt], [before.accountNo, before.customerId, before.registeredAt]);
    }),
  );
});
