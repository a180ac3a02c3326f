import type { ChargeLine, ChargeOutcome, ChargeRefusal, ClaimedKey, Posting } from '@youdian/contracts-billing/ledger';
import { hasLine } from '../batch.ts';
import type { Ledger } from '../state.ts';
import type { Context } from './command.ts';
import { forgettingOf } from './batch.ts';
import { NO_HASH, startPosting } from './posting.ts';

/** A key that must be unique across all shards, and the refusals that go with it where it names a charge. */
export interface Claim {
  readonly key: string;
  readonly inputHash: Buffer;
  /** Set when the charge cannot be taken: its key is used up by the refusal. */
  readonly refusal?: Refusal | undefined;
  /** What to post, once for each other input, when the key was used with another one; undefined: nothing. */
  readonly whenReused?: (() => Refusal) | undefined;
  /** Which line of which batch it is, so that the batch can be answered. */
  readonly line?: { readonly batchId: string; readonly line: number; readonly amountFen: bigint; readonly chargeId: string } | undefined;
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

  const lines = new Lines(ledger);
  const verdicts = claims.map(({ key, inputHash, refusal, whenReused, line }): Verdict => {
    const earlier = seen(key, inputHash);
    if (line) lines.add(line, rejectedAs(earlier, refusal), earlier !== undefined);
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
  const postings = refusals;
  const append = () => {
    const posting = startPosting(ledger, postings.length, { key: '', inputHash: NO_HASH, accountNo: '' }, context);
    postings.push(posting);
    return posting;
  };
  if (fresh.length > 0) append().claimedKeys = { keys: fresh };
  for (const [batchId, counted] of lines.byBatch) append().chargeLines = { batchId, lines: counted };
  return { postings, verdicts };
}

/** Lines of a batch that name no charge: there is nothing to claim, only to count. */
export function decideUnreadable(ledger: Ledger, batchId: string, unreadable: readonly { readonly line: number; readonly code: string }[], context: Context): Posting[] {
  const lines = new Lines(ledger);
  for (const { line, code } of unreadable) lines.add({ batchId, line, amountFen: 0n, chargeId: '' }, code, false);
  return Array.from(lines.byBatch, ([id, counted]) => {
    const posting = startPosting(ledger, 0, { key: '', inputHash: NO_HASH, accountNo: '' }, context);
    posting.chargeLines = { batchId: id, lines: counted };
    return posting;
  });
}

/** Why the line of a charge is rejected; undefined: it is not. */
function rejectedAs(earlier: { readonly sameInput: boolean; readonly refused: boolean } | undefined, refusal: Refusal | undefined): string | undefined {
  if (!earlier) return refusal?.code;
  if (!earlier.sameInput) return 'CHARGE_ID_REUSED';
  return earlier.refused ? (refusal?.code ?? 'REFUSED_BEFORE') : undefined;
}

/** What became of the lines of batches that this shard has not counted yet. In one commit with the claims, so that each is counted once. */
class Lines {
  readonly byBatch = new Map<string, ChargeLine[]>();
  readonly #ledger: Ledger;
  readonly #now = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  add({ batchId, line, amountFen, chargeId }: NonNullable<Claim['line']>, rejected: string | undefined, taken: boolean): void {
    const id = `${batchId}|${line}`;
    if (this.#now.has(id) || hasLine(this.#ledger.batches.get(batchId), line) || this.#ledger.keys.find(forgettingOf(batchId), NO_HASH)) return;
    this.#now.add(id);
    const outcome: ChargeOutcome = rejected !== undefined ? 'CHARGE_OUTCOME_REJECTED' : taken ? 'CHARGE_OUTCOME_DUPLICATE' : 'CHARGE_OUTCOME_ACCEPTED';
    const counted = { line, outcome, amountFen, ...(rejected !== undefined ? { chargeId, code: rejected } : { chargeId: '', code: '' }) };
    const lines = this.byBatch.get(batchId);
    if (lines) lines.push(counted);
    else this.byBatch.set(batchId, [counted]);
  }
}

