import type { AggregateDefinition, AggregateStore } from '@youdian/commit-log';
import { CustomerRegistered, CustomerUpdated } from '@youdian/contracts-customer/events';
import type { SealedPart } from '../sealing.ts';
import { evolve, type Customer, type CustomerEvent } from './state.ts';

export type SealedCustomer = Customer<SealedPart>;

export const customers: AggregateDefinition<SealedCustomer | undefined, CustomerEvent<SealedPart>> = {
  name: 'customer',
  collection: 'customers',
  topic: 'customer-profile.customer.v1',
  source: '/youdian/customer-profile',
  typePrefix: 'youdian.customer.v1',
  messages: { CustomerRegistered, CustomerUpdated },
  initial: undefined,
  evolve,
};

export type Customers = AggregateStore<SealedCustomer | undefined, CustomerEvent<SealedPart>>;

/** What cannot be an id is no customer, rather than an error. */
export async function readCustomer(store: Customers, customerId: string) {
  const found = /^[0-9a-f-]{36}$/.test(customerId) ? await store.read(customerId) : undefined;
  return found?.state && { state: found.state, version: found.version };
}
