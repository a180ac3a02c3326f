import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../state.ts';

/** The first place where two states of a shard differ, in words; undefined when they are the same. Of keys only those in memory count. */
export function difference(replayed: Ledger, snapshot: Ledger): string | undefined {
  const { keys, invoices, accounts, ...rest } = replayed;
  const { keys: otherKeys, invoices: otherInvoices, accounts: otherAccounts, ...otherRest } = snapshot;
  for (const [name, value] of Object.entries(rest)) {
    const where = differenceOf(value, otherRest[name as keyof typeof otherRest]);
    if (where !== undefined) return name + where;
  }
  for (const [no, account] of accounts) if (!isDeepStrictEqual(account.toJSON(), otherAccounts.get(no)?.toJSON())) return `accounts of ${no}`;
  if (accounts.size !== otherAccounts.size) return 'accounts (more than there are)';
  if (!isDeepStrictEqual(invoices.parts(), otherInvoices.parts())) return 'invoices';
  return keys.endsAs(otherKeys) ? undefined : 'keys';
}

function differenceOf(value: unknown, other: unknown): string | undefined {
  if (!(value instanceof Map) || !(other instanceof Map)) return isDeepStrictEqual(value, other) ? undefined : '';
  for (const [key, one] of value) if (!isDeepStrictEqual(one, other.get(key))) return ` of ${key}`;
  return value.size === other.size ? undefined : ' (more than there are)';
}
