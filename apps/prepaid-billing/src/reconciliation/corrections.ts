import { CASH, PREPAID, SUSPENSE, TRANSIT } from '../ledger/chart.ts';
import type { Correction, Entry } from './difference.ts';

export const cash = (collectorId: string): string => CASH + collectorId;
export const transit = (collectorId: string): string => TRANSIT + collectorId;
export const prepaid = (accountNo: string): string => PREPAID + accountNo;
export const suspense = (reason: string): string => SUSPENSE + reason;

/** `amountFen` into `debit`, out of `credit`; a negative amount goes the other way. */
export function post(debit: string, credit: string, amountFen: bigint, zh: string, en: string): Correction {
  return { kind: 'posting', entries: entriesOf(debit, credit, amountFen), zh, en };
}

export function entriesOf(debit: string, credit: string, amountFen: bigint): Entry[] {
  return [{ account: debit, amountFen }, { account: credit, amountFen: -amountFen }];
}

export function act(zh: string, en: string): Correction {
  return { kind: 'no-posting', zh, en };
}
