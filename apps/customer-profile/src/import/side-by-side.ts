import { isDeepStrictEqual } from 'node:util';
import type { ImportRow } from './row.ts';

export interface NumberedRow extends ImportRow {
  readonly line: number;
  /** Of the account's line. */
  readonly regionId: string;
}

/** Rows that can be decided side by side: within a batch an account stands once, and rows of one customer agree about it. */
export function sideBySide(): (row: NumberedRow) => boolean {
  const accountNos = new Set<string>();
  const customers = new Map<string, ImportRow['customer']>();
  return ({ account, customer }) => {
    const known = customers.get(customer.customerId);
    if (accountNos.has(account.accountNo) || (known && !isDeepStrictEqual(known, customer))) return false;
    accountNos.add(account.accountNo);
    customers.set(customer.customerId, customer);
    return true;
  };
}
