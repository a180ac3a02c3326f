import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CustomerKind } from '@youdian/contracts-customer/events';
import { isRejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import fc from 'fast-check';
import { registerCustomer, updateCustomer, type RegisterCustomer } from './decide.ts';
import { evolve, type Customer, type CustomerEvent } from './state.ts';

const { given } = specification<Customer | undefined, CustomerEvent>(undefined, evolve);
const at = new Date('2026-07-01T08:00:00Z');
const customerId = 'c1';
const command: RegisterCustomer = { customerId, kind: CustomerKind.CUSTOMER_KIND_RESIDENTIAL, name: '王芳', phone: '13800000000', language: '' };
const register = (change: Partial<RegisterCustomer> = {}) => (state: Customer | undefined) => registerCustomer(state, { ...command, ...change }, at);
const nothing = { customerId, kind: CustomerKind.CUSTOMER_KIND_UNSPECIFIED, name: '', phone: '', language: '' };
const update = (change: Partial<RegisterCustomer> = {}) => (state: Customer | undefined) => updateCustomer(state, { ...nothing, ...change });

const person = { name: '王芳', phone: '13800000000', language: 'zh' } as const;
const registered: CustomerEvent = { type: 'CustomerRegistered', data: { customerId, kind: command.kind, registeredAt: at }, kept: person };

test('a customer is registered; name, phone and language are kept, not published', () => {
  given().when(register()).then(registered);
});

test('messages are in Chinese unless the customer asks for English', () => {
  given().when(register({ language: 'en' })).then({ ...registered, kept: { ...person, language: 'en' } });
  given().when(register({ language: 'fr' })).refused('LANGUAGE_UNKNOWN', 'language');
});

test('an update changes what it names and leaves the rest', () => {
  given(registered).when(update({ phone: '13900000000' })).then({ type: 'CustomerUpdated', data: { customerId, kind: command.kind }, kept: { ...person, phone: '13900000000' } });
  const enterprise = CustomerKind.CUSTOMER_KIND_ENTERPRISE;
  given(registered).when(update({ kind: enterprise })).then({ type: 'CustomerUpdated', data: { customerId, kind: enterprise }, kept: person });
});

test('an update that changes nothing is no event', () => {
  given(registered).when(update()).nothing();
  given(registered).when(update({ name: '王芳', language: 'zh' })).nothing();
});

test('a customer who does not exist cannot be updated', () => {
  given().when(update({ phone: '13900000000' })).refused('CUSTOMER_UNKNOWN', 'customerId');
});

test('kind, name and phone are needed and checked, at registration as at update', () => {
  given().when(register({ kind: CustomerKind.CUSTOMER_KIND_UNSPECIFIED })).refused('KIND_UNKNOWN', 'kind');
  for (const name of ['', ' 王芳', '王'.repeat(101)]) given().when(register({ name })).refused('NAME_MALFORMED', 'name');
  for (const phone of ['', '1234', '1'.repeat(21), '138 0000 0000', 'call me']) given().when(register({ phone })).refused('PHONE_MALFORMED', 'phone');
  given(registered).when(update({ phone: '1234' })).refused('PHONE_MALFORMED', 'phone');
});

test('property: an update applied once more changes nothing', () => {
  const change = fc.record({
    kind: fc.constantFrom(...Object.values(CustomerKind)),
    name: fc.constantFrom('', '李明', '王芳'),
    phone: fc.constantFrom('', '13800000000', '0851-5551234'),
    language: fc.constantFrom('', 'zh', 'en'),
  });
  fc.assert(
    fc.property(change, (wish) => {
      const events = update(wish)(evolve(undefined, registered));
      assert.ok(!isRejection(events));
      const after = events.reduce<Customer>(evolve, evolve(undefined, registered));
      assert.deepEqual(update(wish)(after), []);
    }),
  );
});
