import type { ListUnmatchedBankLinesRequest, ListUnmatchedBankLinesResponse } from '@youdian/contracts-billing/close';
import type { BankLineStore } from './store.ts';

const PAGE_MAX = 200;

/** What the bank booked and no filed slip explains, oldest first. */
export function listUnmatched(store: BankLineStore) {
  return async ({ bankAccount, pageSize, pageToken }: ListUnmatchedBankLinesRequest): Promise<ListUnmatchedBankLinesResponse> => {
    const filter = { 'state.collectorId': '', ...(bankAccount !== '' && { 'state.bankAccount': bankAccount }) };
    const limit = pageSize > 0 ? Math.min(pageSize, PAGE_MAX) : PAGE_MAX;
    const { items, next = '' } = await store.find(filter, { limit, after: pageToken || undefined, sort: { field: 'state.bookedOn', direction: 1 } });
    const lines = items.map(({ state }) => {
      const { lineId, bankAccount: account, entryRef, amountFen, bookedOn, slipNo, statementId } = state!;
      return { lineId, bankAccount: account, entryRef, amountFen, bookedOn, slipNo, statementId };
    });
    return { lines, nextPageToken: next };
  };
}
