import { TRANSFERS } from '../chart.ts';
import * as rejections from '../rejections.ts';
import type { Ledger, PendingTransfer } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { moneyIn, moneyOut, NO_HASH, post, prepare, standing, startPosting } from './posting.ts';

export interface TransferOut extends Command {
  readonly amountFen: bigint;
  readonly toAccountNo: string;
  readonly reason: string;
}

/**
 * Takes prepaid money out, on its way to another account. From here on the transfer (its id is this posting's) ends in
 * one of two ways, whatever crashes: the other account has the money, or it comes back.
 */
export function decideTransferOut(ledger: Ledger, command: TransferOut, context: Context): Decision {
  const { accountNo, amountFen, toAccountNo, reason } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (amountFen <= 0n) return reject(rejections.amountNotPositive);
  if (toAccountNo === accountNo) return reject(rejections.transferToItself);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  if (amountFen > prepared.account.balanceFen) return reject(rejections.notCovered(prepared.account.balanceFen));
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.transferOut = { amountFen, toAccountNo, reason };
  moneyOut(ledger, posting, prepared, { amountFen, to: TRANSFERS, item: { itemId: posting.postingId, period: '', dueOn: posting.postedOn } });
  return post(prepared, posting);
}

export interface TransferIn {
  readonly transferId: string;
  readonly transfer: PendingTransfer;
  /** For an account that is not in the ledger yet but exists; undefined: it does not. */
  readonly openWithFen: bigint | undefined;
}

/** In the other account's shard: taken once by its id, or refused once and for good. */
export function decideTransferIn(ledger: Ledger, { transferId, transfer, openWithFen }: TransferIn, context: Context): Decision {
  const { toAccountNo: accountNo, amountFen, accountNo: fromAccountNo } = transfer;
  const command = { key: `transfer-in|${transferId}`, inputHash: NO_HASH, accountNo, openWithFen };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const prepared = prepare(ledger, command, context);
  if (!prepared || prepared.account.closed) {
    const refusal = startPosting(ledger, 0, command, context);
    refusal.transferRefusal = { transferId, code: prepared ? rejections.accountClosed.code : rejections.accountUnknown.code };
    return { kind: 'post', postings: [refusal], answer: refusal };
  }
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.transferIn = { amountFen, transferId, fromAccountNo };
  moneyIn(ledger, posting, prepared, { amountFen, from: TRANSFERS });
  return post(prepared, posting);
}

export interface TransferEnd {
  readonly transferId: string;
  /** Why the other side refused; undefined: it has the money. */
  readonly refused: string | undefined;
}

/** At the source: the transfer is over, or its money comes back. */
export function decideTransferEnd(ledger: Ledger, { transferId, refused }: TransferEnd, context: Context): Decision {
  const key = transferEnd(transferId);
  const earlier = recall(ledger, { key, inputHash: NO_HASH });
  if (earlier) return earlier;
  const transfer = ledger.transfers.get(transferId);
  if (!transfer) throw new Error(`transfer ${transferId} did not start in this shard`);
  const { accountNo, toAccountNo, amountFen } = transfer;
  const command = { key, inputHash: NO_HASH, accountNo };
  const prepared = prepare(ledger, command, context)!;
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.transferEnd = { transferId, returned: refused !== undefined, code: refused ?? '', amountFen, toAccountNo };
  if (refused === undefined) return post(prepared, standing(posting, prepared.account));
  moneyIn(ledger, posting, prepared, { amountFen, from: TRANSFERS });
  return post(prepared, posting);
}

/** The key of a transfer's end, by which it is found again. */
export function transferEnd(transferId: string): string {
  return `transfer-end|${transferId}`;
}
