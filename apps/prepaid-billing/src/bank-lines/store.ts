import { idFromKey, openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { BankLineBooked, BankLineMatched, BankLineTaken } from '@youdian/contracts-billing/events';
import { findAll } from '../aggregates.ts';
import { evolve, type BankLine, type BankLineEvent } from './state.ts';

export const BANK_TOPIC = 'prepaid-billing.bank.v1';
const PAGE = 1_000;

export type BankLineStore = AggregateStore<BankLine | undefined, BankLineEvent>;

export function openBankLineStore(log: CommitLog): Promise<BankLineStore> {
  return openAggregates<BankLine | undefined, BankLineEvent>(log, {
    name: 'bank-line', collection: 'bank_lines', topic: BANK_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { BankLineTaken, BankLineMatched, BankLineBooked },
    initial: undefined,
    evolve,
    indexes: [
      { key: { 'state.slipNo': 1, 'state.bookedOn': 1 } }, { key: { 'state.bankAccount': 1, 'state.bookedOn': 1 } }, { key: { 'state.collectorId': 1, 'state.bookedOn': 1, _id: 1 } },
      { key: { 'state.takenAt': 1 } }, { key: { 'state.toBook.booking': 1 } },
    ],
  });
}

/** By account and reference. */
export function lineIdOf({ bankAccount, entryRef }: { readonly bankAccount: string; readonly entryRef: string }): string {
  return idFromKey('bank-line', bankAccount, 'take', entryRef);
}

export type LineFilter = Parameters<BankLineStore['find']>[0];

export function findLines(store: BankLineStore, filter: LineFilter, most?: number): Promise<BankLine[]> {
  return findAll<BankLine>(store, filter, PAGE, most);
}
