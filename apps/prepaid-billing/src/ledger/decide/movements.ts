import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Ledger } from '../state.ts';
import type { Context } from './command.ts';
import { NO_HASH, startPosting } from './posting.ts';

/** Money that is no customer's changes its place. */
export interface CashMovement {
  /** It moves once by it. */
  readonly key: string;
  readonly kind: string;
  readonly reference: string;
  readonly amountFen: bigint;
  readonly debit: string;
  readonly credit: string;
}

/** Many at once: the shard sequence of each, of now or of the first time. No key comes twice among them. */
export function decideMovements(ledger: Ledger, movements: readonly CashMovement[], context: Context): { postings: Posting[]; sequences: number[] } {
  const postings: Posting[] = [];
  const sequences = movements.map(({ key, kind, reference, amountFen, debit, credit }) => {
    const earlier = ledger.keys.find(key, NO_HASH);
    if (earlier) return earlier.sequence;
    const posting = startPosting(ledger, postings.length, { key, inputHash: NO_HASH, accountNo: '' }, context);
    posting.cashMovement = { kind, reference, reason: '' };
    posting.entries = [{ account: debit, amountFen }, { account: credit, amountFen: -amountFen }];
    postings.push(posting);
    return ledger.sequence + postings.length;
  });
  return { postings, sequences };
}
