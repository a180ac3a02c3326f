import type { Posting } from '@youdian/contracts-billing/ledger';
import { PREPAID, RECEIVABLE } from './chart.ts';
import { shardSequence } from './posting-id.ts';
import { newAccount, type Ledger } from './state.ts';

/**
 * Takes a decided posting into the shard's state, in place. Throws where a posting contradicts the state (out of turn,
 * entries that do not sum to zero, a balance that is not the sum of its entries): such a shard must not go on.
 */
export function evolve(ledger: Ledger, posting: Posting): void {
  const sequence = shardSequence(posting.postingId);
  if (sequence !== ledger.sequence + 1) throw new Error(`posting ${posting.postingId} does not follow ${ledger.sequence}`);
  ledger.sequence = sequence;
  ledger.postedAtMs = posting.postedAt!.getTime();
  if (posting.key !== '') ledger.keys.add(posting.key, posting.inputHash, sequence, posting.chargeRefusal !== undefined);
  if (posting.accountOpening) {
    ledger.accounts.set(posting.accountNo, newAccount(posting.accountOpening.thresholdFen));
  } else if (posting.claimedKeys) {
    for (const { key, inputHash } of posting.claimedKeys.keys) ledger.keys.add(key, inputHash, sequence);
  } else if (posting.chargeRefusal) {
    const { chargeId } = posting.chargeRefusal;
    ledger.refusals.set(chargeId, [...(ledger.refusals.get(chargeId) ?? []), sequence]);
  } else {
    evolveAccount(ledger, posting, sequence);
  }
}

function evolveAccount(ledger: Ledger, posting: Posting, sequence: number): void {
  const account = ledger.accounts.get(posting.accountNo);
  if (!account) throw new Error(`posting ${posting.postingId} is for an account that was never opened`);
  let sumFen = 0n;
  for (const entry of posting.entries) {
    sumFen += entry.amountFen;
    if (entry.account.startsWith(PREPAID)) account.balanceFen -= entry.amountFen;
    else if (entry.account.startsWith(RECEIVABLE)) account.receivableFen += entry.amountFen;
    else ledger.totals.set(entry.account, (ledger.totals.get(entry.account) ?? 0n) + entry.amountFen);
  }
  if (sumFen !== 0n || account.balanceFen !== posting.balanceFen || account.receivableFen !== posting.receivableFen || account.balanceFen < 0n) {
    throw new Error(`posting ${posting.postingId} does not balance`);
  }
  if (posting.topUp || posting.charge) account.postings.push(sequence);
  if (posting.topUp) ledger.invoices += 1;
  if (posting.thresholdChange) account.thresholdFen = posting.thresholdChange.thresholdFen;
  if (posting.lowBalanceEpisode) {
    account.low = true;
    account.episodes = Number(posting.lowBalanceEpisode.episode);
  }
  if (account.balanceFen >= account.thresholdFen) account.low = false;
}
