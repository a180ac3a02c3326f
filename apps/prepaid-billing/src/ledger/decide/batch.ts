import { inputHash } from '../input-hash.ts';
import type { BatchTally, Manifest } from '../batch.ts';
import type { Ledger } from '../state.ts';
import { recall, type Context, type Decision } from './command.ts';
import { NO_HASH, startPosting } from './posting.ts';

/** In the shard of the batch's id. The same manifest again is a repeat; another one under the same id is refused. */
export function decideManifest(ledger: Ledger, batchId: string, { count, sumFen }: Manifest, context: Context): Decision {
  const command = { key: `charge-batch|${batchId}`, inputHash: inputHash(String(count), sumFen.toString()), accountNo: '' };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const posting = startPosting(ledger, 0, command, context);
  posting.chargeBatchOpening = { batchId, count, sumFen };
  return { kind: 'post', postings: [posting], answer: posting };
}

/** All lines have come: `total` is what all shards have of them. */
export function decideSettling(ledger: Ledger, batchId: string, total: Omit<BatchTally, 'lines'>, context: Context): Decision {
  const command = { key: settlingOf(batchId), inputHash: NO_HASH, accountNo: '' };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const { count, sumFen } = ledger.manifests.get(batchId)!;
  const posting = startPosting(ledger, 0, command, context);
  const { accepted, duplicate, rejected } = total;
  posting.chargeBatchSettling = {
    batchId, declaredCount: count, declaredFen: sumFen, acceptedCount: accepted.count, acceptedFen: accepted.amountFen,
    duplicateCount: duplicate.count, duplicateFen: duplicate.amountFen, rejectedCount: rejected.count, rejectedFen: rejected.amountFen,
  };
  return { kind: 'post', postings: [posting], answer: posting };
}

/** In every shard, after the settling: lines that come again are not looked up any more. */
export function decideForgetting(ledger: Ledger, batchId: string, context: Context): Decision {
  const command = { key: forgettingOf(batchId), inputHash: NO_HASH, accountNo: '' };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const posting = startPosting(ledger, 0, command, context);
  posting.chargeBatchForgetting = { batchId };
  return { kind: 'post', postings: [posting], answer: posting };
}

export function settlingOf(batchId: string): string {
  return `charge-batch-settled|${batchId}`;
}

export function forgettingOf(batchId: string): string {
  return `charge-batch-forgotten|${batchId}`;
}
