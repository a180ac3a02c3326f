import type { Posting } from '@youdian/contracts-billing/ledger';
import { unknownAccounts, type AccountDirectory } from '../accounts/directory.ts';
import { decideTransferEnd, decideTransferIn } from '../ledger/decide/transfer.ts';
import type { PendingTransfer } from '../ledger/state.ts';
import { decided } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { CLOCKWORK } from '../shards/rolling.ts';

/**
 * Brings a transfer to its end: the other account takes the money, or it comes back. Each step is taken once by the
 * transfer's id, so this may be called by anybody, again and at the same time. Returns the posting that ended it.
 */
export async function settleTransfer(shards: Shards, directory: AccountDirectory, source: LedgerShard, transferId: string, transfer: PendingTransfer): Promise<Posting> {
  const { toAccountNo } = transfer;
  const unknown = await unknownAccounts(shards, directory, [toAccountNo]);
  const openWithFen = unknown.has(toAccountNo) ? undefined : directory.defaultThresholdFen;
  const { transferRefusal } = await shards.of(toAccountNo).ask(TRANSFER_IN, { transferId, transfer, openWithFen });
  return decided(source, (ledger, at) => decideTransferEnd(ledger, { transferId, refused: transferRefusal?.code }, { at, actor: CLOCKWORK }));
}

const TRANSFER_IN = job('transfer-in', (shard, transferIn: Parameters<typeof decideTransferIn>[1]) =>
  decided(shard, (ledger, at) => decideTransferIn(ledger, transferIn, { at, actor: CLOCKWORK })));

/** Transfers that their caller did not see through, because somebody was away or a process died. */
export async function settlePending(shards: Shards, directory: AccountDirectory, source: LedgerShard): Promise<void> {
  const pending = await source.read(({ transfers }) => [...transfers]);
  for (const [transferId, transfer] of pending) await settleTransfer(shards, directory, source, transferId, transfer);
}
