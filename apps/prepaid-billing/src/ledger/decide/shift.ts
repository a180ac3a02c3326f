import { CASH, TRANSIT } from '../chart.ts';
import type { Ledger, ShiftTotals } from '../state.ts';
import { recall, type Context, type Decision } from './command.ts';
import { NO_HASH, startPosting } from './posting.ts';

const NOTHING: ShiftTotals = { topUpCount: 0, topUpFen: 0n, reversedCount: 0, reversedFen: 0n, postings: [] };

/** The key of a shift's barrier, by which it is found again. */
export function barrierOf(shiftId: string): string {
  return `shift-barrier|${shiftId}`;
}

/** Closes a shift in this shard: it takes nothing more for it, and says what it has. */
export function decideShiftBarrier(ledger: Ledger, shiftId: string, context: Context): Decision {
  const command = { key: barrierOf(shiftId), inputHash: NO_HASH, accountNo: '' };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const { topUpCount, topUpFen, reversedCount, reversedFen, postings } = ledger.shifts.get(shiftId) ?? NOTHING;
  const posting = startPosting(ledger, 0, command, context);
  posting.shiftBarrier = { shiftId, topUpCount: BigInt(topUpCount), topUpFen, reversedCount: BigInt(reversedCount), reversedFen, sequences: [...postings] };
  return { kind: 'post', postings: [posting], answer: posting };
}

export interface Deposit {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly amountFen: bigint;
  /** 0 or left out: with the close; slips that were filed later have their own. */
  readonly filing?: number;
}

/** What a collector has banked is no longer cash in hand, but on its way until the bank's statement has it. */
export function decideDeposit(ledger: Ledger, { shiftId, collectorId, amountFen, filing = 0 }: Deposit, context: Context): Decision {
  const command = { key: `deposit|${shiftId}${filing === 0 ? '' : `|${filing}`}`, inputHash: NO_HASH, accountNo: '' };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const posting = startPosting(ledger, 0, command, context);
  posting.cashMovement = { kind: 'deposit', reference: shiftId, reason: '' };
  posting.entries = [{ account: TRANSIT + collectorId, amountFen }, { account: CASH + collectorId, amountFen: -amountFen }];
  return { kind: 'post', postings: [posting], answer: posting };
}
