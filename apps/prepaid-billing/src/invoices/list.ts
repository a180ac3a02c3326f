import type { ListReceiptsRequest, ListReceiptsResponse } from '@youdian/contracts-billing/invoices';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { Rejected } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { refuseUnknown } from '../balance/grpc.ts';
import { isDay } from '../charges/check.ts';
import { accountNoInvalid, periodInvalid } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { readToken, sizeOf, within } from '../statement/page.ts';
import { receiptsOf } from './receipts.ts';

/** Most of what an account has are charges: so many lines are looked through for a page of receipts. */
const LOOKED_THROUGH_MAX = 1_000;
const LOOK_AT_ONCE = 100;

/** An account's receipts, newest first. The token says how many of its lines are older than the page. */
export function listReceipts(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, from, to, pageSize, pageToken }: ListReceiptsRequest): Promise<ListReceiptsResponse> => {
    if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
    if ((from && !isDay(from)) || (to && !isDay(to)) || (from && to && from > to)) throw new Rejected(periodInvalid);
    const shard = shards.of(accountNo);
    const lines = await shard.read((ledger) => {
      const account = ledger.accounts.get(accountNo);
      return account && [...within(account.postings(), ledger, from, to)];
    });
    if (!lines) {
      await refuseUnknown(directory, accountNo);
      return { receipts: [], nextPageToken: '' };
    }
    const size = sizeOf(pageSize);
    let end = pageToken === '' ? lines.length : readToken(pageToken, lines.length);
    const until = Math.max(0, end - LOOKED_THROUGH_MAX);
    const topUps: Posting[] = [];
    while (end > until && topUps.length < size) {
      const start = Math.max(until, end - LOOK_AT_ONCE);
      const found = await shard.postings(lines.slice(start, end));
      while (end > start && topUps.length < size) {
        const posting = found[--end - start]!;
        // The day that is open has no barrier yet.
        const isWithin = (from === '' || posting.postedOn >= from) && (to === '' || posting.postedOn <= to);
        if (posting.topUp && isWithin) topUps.push(posting);
      }
    }
    return { receipts: await receiptsOf(shard, topUps), nextPageToken: end === 0 ? '' : String(end) };
  };
}
