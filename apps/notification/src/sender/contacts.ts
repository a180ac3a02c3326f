import type { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { Rejected } from '@youdian/rejection';
import type { Calls } from '@youdian/service-host';
import { ACTOR } from '../message/store.ts';
import type { Page } from '../fan-out/fan-out.ts';
import type { Contact } from './sender.ts';

/** Whom to write to about an account, as the customer profile knows it now. */
export function contactsOf(customers: Pick<Calls<typeof CustomerProfileServiceService>, 'getContact'>) {
  return async (accountNo: string): Promise<Contact | undefined> => {
    try {
      const contact = await customers.getContact({ accountNo }, { actor: ACTOR });
      return contact.phone ? contact : undefined;
    } catch (error) {
      if (error instanceof Rejected && error.rejection.kind === 'unknown') return undefined;
      throw error;
    }
  };
}

/** Accounts of a line that are asked to be told at once. */
const PAGE_SIZE = 100;

/** A page of a line's accounts, by number. */
export function accountsOfLine(customers: Pick<Calls<typeof CustomerProfileServiceService>, 'listAccountsOfLine'>) {
  return (lineId: string, pageToken: string): Promise<Page> => customers.listAccountsOfLine({ lineId, pageSize: PAGE_SIZE, pageToken }, { actor: ACTOR });
}
