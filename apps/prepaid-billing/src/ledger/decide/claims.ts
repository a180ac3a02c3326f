import type { ChargeRefusal, ClaimedKey, Posting } from '@youdian/contracts-billing/ledger';
import type { Ledger } from '../state.ts';
import type { Context } from './command.ts';
import { NO_HASH, startPosting } from './posting.ts';

/** A key that must be unique across all shards, and the refusals that go with it where it names a charge. */
export interface Claim {
  readonly key: string;
  readonly inputHash: Buffer;
  /** Set when the charge cannot be taken: its key is used up by the refusal. */
  readonly refusal?: Refusal | undefined;
  /** What to post, once for each other input, when the key was used with another one; undefined: nothing. */
  readonly whenReused?: (() => Refusal) | undefined;
}

export interface Refusal extends ChargeRefusal {
  readonly accountNo: string;
}

/** claimed: it may be posted (perhaps it is already) · refused: for good, at first sight · reused: the key means something else. */
export type Verdict = 'claimed' | 'refused' | 'reused';

/** Claims many keys at once: all that are new go into one posting, each refusal into its own. */
export function decideClaims(ledger: Ledger, claims: readonly Claim[], context: Context): { postings: Posting[]; verdicts: Verdict[] } {
  const fresh: ClaimedKey[] = [];
  const refusals: Posting[] = [];
  const inBatch = new Map<string, { inputHash: Buffer; refused: boolean }>();
  const refusedInBatch = new Map<string, number>();

  const refuse = (key: string, inputHash: Buffer, { accountNo, ...refusal }: Refusal) => {
    const earlier = refusedInBatch.get(refusal.chargeId) ?? ledger.refusals.get(refusal.chargeId)?.length ?? 0;
    refusedInBatch.set(refusal.chargeId, earlier + 1);
    inBatch.set(key, { inputHash, refused: true });
    const posting = startPosting(ledger, refusals.length, { key, inputHash, accountNo }, context);
    posting.chargeRefusal = refusal;
    posting.eventSequence = BigInt(earlier + 1);
    refusals.push(posting);
  };
  const seen = (key: string, inputHash: Buffer) => {
    const now = inBatch.get(key);
    return now ? { sameInput: now.inputHash.equals(inputHash), refused: now.refused } : ledger.keys.find(key, inputHash);
  };

  const verdicts = claims.map(({ key, inputHash, refusal, whenReused }): Verdict => {
    const earlier = seen(key, inputHash);
    if (earlier?.sameInput) return earlier.refused ? 'refused' : 'claimed';
    if (earlier) {
      const reuseKey = `${key}|${inputHash.toString('hex')}`;
      if (whenReused && !seen(reuseKey, inputHash)) refuse(reuseKey, inputHash, whenReused());
      return 'reused';
    }
    if (refusal) {
      refuse(key, inputHash, refusal);
      return 'refused';
    }
    inBatch.set(key, { inputHash, refused: false });
    fresh.push({ key, inputHash });
    return 'claimed';
  });
  if (fresh.length === 0) return { postings: refusals, verdicts };
  const claimed = startPosting(ledger, refusals.length, { key: '', inputHash: NO_HASH, accountNo: '' }, context);
  claimed.claimedKeys = { keys: fresh };
  return { postings: [...refusals, claimed], verdicts };
}

