import type { AggregateDefinition, AggregateStore } from '@youdian/commit-log';
import { AccountRegistered, AccountUpdated } from '@youdian/contracts-customer/events';
import type { SealedPart } from '../sealing.ts';
import { evolve, type Account, type AccountEvent } from './state.ts';

export type SealedAccount = Account<SealedPart>;

export const accounts: AggregateDefinition<SealedAccount | undefined, AccountEvent<SealedPart>> = {
  name: 'account',
  collection: 'accounts',
  topic: 'customer-profile.account.v1',
  source: '/youdian/customer-profile',
  typePrefix: 'youdian.customer.v1',
  messages: { AccountRegistered, AccountUpdated },
  initial: undefined,
  evolve,
  indexes: [{ key: { 'state.lineId': 1, _id: 1 } }],
};

export type Accounts = AggregateStore<SealedAccount | undefined, AccountEvent<SealedPart>>;

/** What cannot be an account number is no account, rather than an error. */
export async function readAccount(store: Accounts, accountNo: string) {
  const found = /^\d{10}$/.test(accountNo) ? await store.read(accountNo) : undefined;
  return found?.state && { state: found.state, version: found.version };
}

/** By number. Follows the commits within moments. */
export async function accountsOfLine(store: Accounts, lineId: string, limit: number, after: string | undefined) {
  const { items, next = '' } = await store.find({ 'state.lineId': lineId }, { limit, after });
  return { accountNos: items.map(({ id }) => id), nextPageToken: next };
}

export async function lineHasAccounts(store: Accounts, lineId: string): Promise<boolean> {
  return (await store.find({ 'state.lineId': lineId }, { limit: 1 })).items.length > 0;
}
