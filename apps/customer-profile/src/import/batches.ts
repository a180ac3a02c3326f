import { isDeepStrictEqual } from 'node:util';
import type { ImportRow } from './row.ts';

const BATCH_ROWS_MAX = 1_000;

export interface NumberedRow extends ImportRow {
  readonly line: number;
  /** Of the account's line. */
  readonly regionId: string;
}

/**
 * Rows that can be decided side by side: within a batch an account stands once, and rows of one customer agree about
 * it. Where they do not, the later row comes in a later batch and so finds what the earlier one made.
 */
export function createBatch() {
  const rows: NumberedRow[] = [];
  const accountNos = new Set<string>();
  const customers = new Map<string, ImportRow['customer']>();
  return {
    rows,
    customers,
    takes({ account, customer }: NumberedRow): boolean {
      const known = customers.get(customer.customerId);
      return rows.length < BATCH_ROWS_MAX && !accountNos.has(account.accountNo) && (!known || isDeepStrictEqual(known, customer));
    },
    add(row: NumberedRow): void {
      rows.push(row);
      accountNos.add(row.account.accountNo);
      customers.set(row.customer.customerId, row.customer);
    },
  };
}

export type Batch = ReturnType<typeof createBatch>;
